package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationRequest.Any;
import io.holdfast.sync.core.reservation.ReservationRequest.Ask;
import io.holdfast.sync.core.reservation.ReservationRequest.Choice;
import io.holdfast.sync.core.reservation.ReservationRequest.Exact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides what becomes of a request: planned by whoever wants to see it first, and done at apply,
 * by the same code.
 */
public final class ReservationDecision {

  /** The most reservations that one request changes. */
  public static final int MAX_CHANGES = 10_000;

  private final ReservationTable table;
  private final Terms terms;
  private final ReservationDraft draft;

  private ReservationDecision(ReservationTable table, Terms terms) {
    this.table = table;
    this.terms = terms;
    this.draft = new ReservationDraft(table);
  }

  /**
   * Under what it is decided.
   *
   * @param pools those that are active
   * @param principal who asks; empty where nobody said
   * @param mayChange whether who asks may change what a principal has reserved
   * @param millis when it is decided, milliseconds since 1970 by the leader's clock
   * @param revision the revision that it takes if it changes something
   * @param rules by which numbers are given
   */
  public record Terms(
      PoolsManifest pools,
      String principal,
      Predicate<String> mayChange,
      long millis,
      long revision,
      ReservationRules rules) {}

  /** What becomes of it on this table, which stays as it is. */
  public static ReservationOutcome decide(
      ReservationRequest request, ReservationTable table, Terms terms) {
    ReservationDecision decision = new ReservationDecision(table, terms);
    try {
      decision.run(request);
    } catch (Refusal refusal) {
      if (!terms.rules().keepsPart()) {
        return refusal.refused;
      }
    }
    return decision.draft.done();
  }

  private void run(ReservationRequest request) {
    if (request instanceof ReservationRequest.Reserve reserve) {
      for (int i = 0; i < reserve.asks().size(); i++) {
        new Asking(i, reserve.asks().get(i), reserve).run();
      }
    } else if (request instanceof ReservationRequest.Release release) {
      release(release);
    } else if (request instanceof ReservationRequest.Migrate migrate) {
      migrate(migrate);
    } else if (request instanceof ReservationRequest.Expire expire) {
      expire(expire);
    } else if (request instanceof ReservationRequest.Exclude exclude) {
      exclude(exclude);
    } else if (request instanceof ReservationRequest.Include include) {
      include(include);
    } else if (request instanceof ReservationRequest.CompactExclusions compact) {
      compact(compact);
    }
  }

  // ---- Giving

  /** One ask of several; it finds what those before it were given. */
  private final class Asking {

    private final int index;
    private final Ask ask;
    private final String host;
    private final boolean force;
    private final Pool pool;
    private final PoolPlace place;

    Asking(int index, Ask ask, ReservationRequest.Reserve reserve) {
      this.index = index;
      this.ask = ask;
      this.host = reserve.host();
      this.force = reserve.force();
      this.pool = pool(index, ask.pool());
      this.place = PoolPlace.of(pool, host);
    }

    void run() {
      OwnerKey owner = new OwnerKey(pool.name(), place.within(), ask.path(), ask.tag());
      Optional<Reservation> has = draft.of(owner);
      if (has.isPresent() && !terms.rules().mayHaveAnother(true)) {
        keep(has.get());
      } else {
        give();
      }
    }

    private void give() {
      long value = pick(ask.choice());
      if (draft.size() >= ReservationTable.MAX_RESERVATIONS) {
        throw refuse(Code.TOO_MANY, Optional.empty(), Optional.empty());
      }
      draft.put(
          Kind.GIVEN,
          given(value, ask.project().orElse(""), ask.task().orElse(""), terms.principal()));
    }

    private void keep(Reservation has) {
      requireMayChange(index, has);
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
      Spans without = new Spans(pool.exclusions());
      table.exclusionsOf(place).forEach(excluded -> without.add(excluded.span()));
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
      any.avoided().forEach(without::add);
      for (long value : any.preferred()) {
        if (isInRange(value)
            && !without.contains(value)
            && terms.rules().mayGive(draft.holder(key(value)).isPresent())) {
          return value;
        }
      }
      return draft
          .firstFree(pool, place, without, terms.rules())
          .orElseThrow(() -> refuse(Code.POOL_EXHAUSTED, Optional.empty(), Optional.empty()));
    }

    private boolean isInRange(long value) {
      return pool.first() <= value && value <= pool.last();
    }

    private ValueKey key(long value) {
      return new ValueKey(pool.name(), place.within(), value);
    }

    private Refusal refuse(Code code, Optional<Long> value, Optional<Reservation> holder) {
      return new Refusal(new Refused(code, index, pool.name(), value, holder));
    }
  }

  // ---- Giving back

  private void release(ReservationRequest.Release release) {
    for (Reservation one : table.all()) {
      if (release.filters().stream().anyMatch(filter -> filter.has(one))) {
        requireMayChange(0, one);
        requireFewChanges();
        draft.end(Kind.RELEASED, one);
      }
    }
  }

  private void migrate(ReservationRequest.Migrate migrate) {
    ReservationFilter filter = ReservationFilter.ofPath(migrate.host(), migrate.from(), true);
    for (Reservation one : table.all()) {
      if (filter.has(one)) {
        requireMayChange(0, one);
        requireFewChanges();
        String path = migrate.to() + one.path().substring(migrate.from().length());
        if (path.getBytes(StandardCharsets.UTF_8).length > ReservationText.MAX_PATH_BYTES) {
          throw refuse(Code.TOO_MANY, one);
        }
        draft
            .of(new OwnerKey(one.pool(), one.within(), path, one.tag()))
            .ifPresent(there -> clear(there, migrate.force()));
        draft.put(Kind.MIGRATED, one.at(path, terms.revision()));
      }
    }
    if (draft.changes() == 0) {
      throw new Refusal(new Refused(Code.NOTHING_THERE, 0, "", Optional.empty(), Optional.empty()));
    }
  }

  private void clear(Reservation there, boolean force) {
    if (!force) {
      throw refuse(Code.CONFLICT, there);
    }
    requireMayChange(0, there);
    draft.end(Kind.RELEASED, there);
  }

  /** As many as one request may change; the next one ends the rest. */
  private void expire(ReservationRequest.Expire expire) {
    expire.pool().ifPresent(name -> pool(0, name));
    for (Reservation one : table.all()) {
      boolean asked = expire.pool().isEmpty() || expire.pool().get().equals(one.pool());
      Optional<Pool> pool = asked ? terms.pools().byName(one.pool()) : Optional.empty();
      if (pool.isPresent()
          && terms.rules().isOver(one, pool.get().expiry(), terms.millis())
          && draft.changes() < MAX_CHANGES) {
        draft.end(Kind.EXPIRED, one);
      }
    }
  }

  // ---- Excluding

  private void exclude(ReservationRequest.Exclude exclude) {
    Pool pool = pool(0, exclude.pool());
    Pool.Span span = exclude.exclusion().span();
    if (span.last() < pool.first() || span.first() > pool.last()) {
      throw new Refusal(
          new Refused(
              Code.OUTSIDE_RANGE, 0, pool.name(), Optional.of(span.first()), Optional.empty()));
    }
    PoolPlace place = PoolPlace.of(pool, exclude.host());
    List<Exclusion> all = new ArrayList<>(table.exclusionsOf(place));
    all.removeIf(one -> one.span().equals(span));
    all.add(exclude.exclusion());
    takeExclusions(place, all);
  }

  private void include(ReservationRequest.Include include) {
    PoolPlace place = PoolPlace.of(pool(0, include.pool()), include.host());
    Spans included = new Spans(List.of(include.span()));
    takeExclusions(place, without(included, table.exclusionsOf(place)));
  }

  private void compact(ReservationRequest.CompactExclusions compact) {
    Pool pool = pool(0, compact.pool());
    PoolPlace place = PoolPlace.of(pool, compact.host());
    Spans seen = new Spans(pool.exclusions());
    List<Exclusion> few = new ArrayList<>();
    for (Exclusion one : inOrder(table.exclusionsOf(place))) {
      long first = Math.max(one.span().first(), pool.first());
      long last = Math.min(one.span().last(), pool.last());
      if (first <= last) {
        Pool.Span inPool = new Pool.Span(first, last);
        for (Pool.Span part : seen.without(inPool)) {
          join(few, new Exclusion(part, one.reason()));
        }
        seen.add(inPool);
      }
    }
    takeExclusions(place, few);
  }

  private static void join(List<Exclusion> few, Exclusion next) {
    if (!few.isEmpty()) {
      Exclusion last = few.get(few.size() - 1);
      if (last.reason().equals(next.reason()) && last.span().last() + 1 == next.span().first()) {
        Pool.Span both = new Pool.Span(last.span().first(), next.span().last());
        few.set(few.size() - 1, new Exclusion(both, last.reason()));
        return;
      }
    }
    few.add(next);
  }

  private static List<Exclusion> without(Spans included, List<Exclusion> exclusions) {
    List<Exclusion> rest = new ArrayList<>();
    for (Exclusion one : exclusions) {
      included.without(one.span()).forEach(part -> rest.add(new Exclusion(part, one.reason())));
    }
    return rest;
  }

  private void takeExclusions(PoolPlace place, List<Exclusion> exclusions) {
    List<Exclusion> before = table.exclusionsOf(place);
    List<Exclusion> after = inOrder(exclusions);
    if (after.equals(before)) {
      return;
    }
    boolean manyPlaces =
        before.isEmpty() && table.exclusions().size() >= ReservationTable.MAX_EXCLUSION_PLACES;
    if (manyPlaces || after.size() > ReservationTable.MAX_EXCLUSIONS) {
      throw new Refusal(
          new Refused(Code.TOO_MANY, 0, place.pool(), Optional.empty(), Optional.empty()));
    }
    draft.exclude(place, after);
  }

  private static List<Exclusion> inOrder(List<Exclusion> exclusions) {
    return exclusions.stream()
        .sorted(
            Comparator.comparingLong((Exclusion one) -> one.span().first())
                .thenComparingLong(one -> one.span().last()))
        .toList();
  }

  // ---- What is refused

  private Pool pool(int ask, String name) {
    return terms
        .pools()
        .byName(name)
        .orElseThrow(
            () ->
                new Refusal(
                    new Refused(Code.UNKNOWN_POOL, ask, name, Optional.empty(), Optional.empty())));
  }

  private void requireMayChange(int ask, Reservation one) {
    if (!terms.mayChange().test(one.principal())) {
      throw new Refusal(
          new Refused(Code.NOT_OWNER, ask, one.pool(), Optional.of(one.value()), Optional.of(one)));
    }
  }

  private void requireFewChanges() {
    if (draft.changes() >= MAX_CHANGES) {
      throw new Refusal(new Refused(Code.TOO_MANY, 0, "", Optional.empty(), Optional.empty()));
    }
  }

  private static Refusal refuse(Code code, Reservation one) {
    return new Refusal(
        new Refused(code, 0, one.pool(), Optional.of(one.value()), Optional.of(one)));
  }

  /** Ends a decision; a request is done as a whole or not at all. */
  private static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refused refused;

    Refusal(Refused refused) {
      super(refused.code().code(), null, false, false);
      this.refused = refused;
    }
  }
}
