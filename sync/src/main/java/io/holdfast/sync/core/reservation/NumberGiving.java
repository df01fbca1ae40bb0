package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationDecision.Terms;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives numbers to owners, one ask after the other; each finds what those before it were given. */
final class NumberGiving {

  private final ReservationTable table;
  private final Terms terms;
  private final ReservationDraft draft;
  private final String host;
  private final boolean force;
  private final Map<PoolPlace, Spans> excluded = new HashMap<>();

  NumberGiving(
      ReservationTable table,
      Terms terms,
      ReservationDraft draft,
      ReservationRequest.Reserve reserve) {
    this.table = table;
    this.terms = terms;
    this.draft = draft;
    this.host = reserve.host();
    this.force = reserve.force();
  }

  void give(int index, Ask ask) {
    new Asking(index, ask).run();
  }

  private final class Asking {

    private final int index;
    private final Ask ask;
    private final Pool pool;
    private final PoolPlace place;

    Asking(int index, Ask ask) {
      this.index = index;
      this.ask = ask;
      this.pool =
          terms
              .pools()
              .byName(ask.pool())
              .orElseThrow(() -> refuse(Code.UNKNOWN_POOL, Optional.empty(), Optional.empty()));
      this.place = PoolPlace.of(pool, host);
    }

    void run() {
      OwnerKey owner = new OwnerKey(pool.name(), place.within(), ask.path(), ask.tag());
      Optional<Reservation> has = draft.of(owner);
      if (has.isPresent() && !terms.rules().mayHaveAnother()) {
        keep(has.get());
      } else {
        giveNew();
      }
    }

    private void giveNew() {
      long value = pick(ask.choice());
      if (draft.size() >= ReservationTable.MAX_RESERVATIONS) {
        throw refuse(Code.TOO_MANY, Optional.empty(), Optional.empty());
      }
      draft.put(
          Kind.GIVEN,
          given(value, ask.project().orElse(""), ask.task().orElse(""), terms.principal()));
    }

    private void keep(Reservation has) {
      if (!terms.mayChange().test(has.principal())) {
        throw ReservationRefusal.of(Code.NOT_OWNER, index, has);
      }
      String project = ask.project().orElse(has.project());
      String task = ask.task().orElse(has.task());
      if (!force && (changes(has.project(), project) || changes(has.task(), task))) {
        throw refuse(Code.STICKY, Optional.of(has.value()), Optional.of(has));
      }
      if (ask.choice() instanceof Exact exact && exact.value() != has.value() && !force) {
        throw refuse(Code.CONFLICT, Optional.of(exact.value()), Optional.of(has));
      }
      if (!wantsAnother(has)) {
        draft.put(Kind.KEPT, has.of(project, task).usedAt(terms.millis(), terms.revision()));
        return;
      }
      long value = pick(ask.choice());
      draft.end(has);
      draft.put(Kind.MOVED, given(value, project, task, has.principal()));
    }

    private boolean changes(String before, String after) {
      return !before.isEmpty() && !before.equals(after);
    }

    private boolean wantsAnother(Reservation has) {
      if (ask.choice() instanceof Any any) {
        return any.insteadOf().isPresent()
            && any.insteadOf().getAsLong() == has.revision()
            && new Spans(any.avoided()).contains(has.value());
      }
      return ((Exact) ask.choice()).value() != has.value();
    }

    private Reservation given(long value, String project, String task, String principal) {
      return new Reservation(
          pool.name(),
          place.within(),
          value,
          host,
          ask.path(),
          ask.tag(),
          project,
          task,
          principal,
          terms.millis(),
          terms.millis(),
          terms.revision());
    }

    private long pick(Choice choice) {
      Spans without = excluded.computeIfAbsent(place, there -> excludedFrom(pool, there));
      if (choice instanceof Any any) {
        return pickAny(any, without);
      }
      long value = ((Exact) choice).value();
      Optional<Reservation> holder = draft.holder(key(value));
      if (!terms.rules().mayGive(holder.isPresent())) {
        throw refuse(Code.CONFLICT, Optional.of(value), holder);
      } else if (!isInRange(value) && !force) {
        throw refuse(Code.OUTSIDE_RANGE, Optional.of(value), Optional.empty());
      } else if (without.contains(value) && !force) {
        throw refuse(Code.EXCLUDED, Optional.of(value), Optional.empty());
      }
      return value;
    }

    private long pickAny(Any any, Spans without) {
      Spans avoided = new Spans(any.avoided());
      for (long value : any.preferred()) {
        if (isInRange(value)
            && !without.contains(value)
            && !avoided.contains(value)
            && terms.rules().mayGive(draft.holder(key(value)).isPresent())) {
          return value;
        }
      }
      return draft
          .firstFree(pool, place, without, avoided, terms.rules())
          .orElseThrow(() -> refuse(Code.POOL_EXHAUSTED, Optional.empty(), Optional.empty()));
    }

    private boolean isInRange(long value) {
      return pool.first() <= value && value <= pool.last();
    }

    private ValueKey key(long value) {
      return new ValueKey(pool.name(), place.within(), value);
    }

    private ReservationRefusal refuse(
        Code code, Optional<Long> value, Optional<Reservation> holder) {
      return new ReservationRefusal(new Refused(code, index, ask.pool(), value, holder));
    }
  }

  private Spans excludedFrom(Pool pool, PoolPlace place) {
    Spans without = new Spans(pool.exclusions());
    List<Exclusion> there = table.exclusionsOf(place);
    there.forEach(one -> without.add(one.span()));
    return without;
  }
}
