package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.sync.core.reservation.ReservationAnswers;
import io.holdfast.sync.core.reservation.ReservationDecision;
import io.holdfast.sync.core.reservation.ReservationQuery;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers queries and look-ups once their slot is applied. Values that are not in memory are read
 * from the store, while applying goes on.
 */
final class Reads {

  /** A read of the newest revision begins anew so often when compaction overtakes it. */
  private static final int MAX_ATTEMPTS = 3;

  private final ReplicatedState state;
  private final StoreDesk store;
  private final ControlGate gate;
  private final WaitingReads waiting;
  private final Supplier<Slot> applied;

  Reads(
      ReplicatedState state,
      ReplicaSettings settings,
      StoreDesk store,
      ControlGate gate,
      Supplier<Slot> applied) {
    this.state = state;
    this.store = store;
    this.gate = gate;
    this.waiting = new WaitingReads(settings);
    this.applied = applied;
  }

  /** A read has arrived. */
  void on(ReplicaInput read, long token, Slot readIndex, Now now, List<ReplicaEffect> effects) {
    if (readIndex.isAtMost(applied.get())) {
      begin(read, token, now, effects);
    } else if (!waiting.add(read, token, readIndex, now)) {
      refuse(token, ReplicaEffect.Refusal.OVERLOADED, effects);
    }
  }

  /** More may be applied, or time have passed. */
  void advance(Now now, List<ReplicaEffect> effects) {
    Optional<WaitingReads.Read> ready = waiting.takeReady(applied.get());
    while (ready.isPresent()) {
      begin(ready.get().input, ready.get().token, now, effects);
      ready = waiting.takeReady(applied.get());
    }
    for (WaitingReads.Read read : waiting.takeExpired(now)) {
      refuse(read.token, ReplicaEffect.Refusal.TIMED_OUT, effects);
    }
  }

  /** None of those that wait will be answered here. */
  void refuseAll(ReplicaEffect.Refusal reason, List<ReplicaEffect> effects) {
    waiting.takeAll().forEach(read -> refuse(read.token, reason, effects));
  }

  private void begin(ReplicaInput read, long token, Now now, List<ReplicaEffect> effects) {
    if (read instanceof ReplicaInput.LookupWrite lookup) {
      Optional<ReplicaEffect.Refusal> refusal = gate.read(AccessNeeds.LOOK_UP, lookup.shown());
      if (refusal.isPresent()) {
        refuse(token, refusal.get(), effects);
      } else {
        lookUp(lookup, token, effects);
      }
    } else {
      ReplicaInput.Query query = (ReplicaInput.Query) read;
      if (query.query() instanceof ReadQuery keys) {
        begin(new KeyRead(keys, query.shown()), token, 1, effects);
      } else if (query.query() instanceof ReplicaQuery.OnReservations reservations) {
        answer(reservations.query(), query.shown(), token, now, effects);
      }
    }
  }

  // ---- Reservations

  /** All of them are in memory: it is answered at once. */
  private void answer(
      ReservationQuery query, Credentials shown, long token, Now now, List<ReplicaEffect> effects) {
    Optional<ReplicaEffect.Refusal> refusal = gate.read(AccessNeeds.read(query), shown);
    if (refusal.isPresent()) {
      refuse(token, refusal.get(), effects);
      return;
    }
    ReservationDecision.Terms terms = gate.reservations(query, shown, now);
    effects.add(
        new ReplicaEffect.QueryAnswer(
            token,
            new ReadResult.OfReservations(
                ReservationAnswers.answer(query, state.reservations(), terms),
                state.revision(),
                terms.millis()),
            applied.get()));
  }

  // ---- Keys

  private record KeyRead(ReadQuery query, Credentials shown) {}

  private void begin(KeyRead query, long token, int attempt, List<ReplicaEffect> effects) {
    if (isKeptFrom(query, token, effects)) {
      return;
    }
    RangeRead read = new RangeRead(state, query.query());
    Slot asOf = applied.get();
    Optional<ReadResult> refusal = read.refusal();
    if (refusal.isPresent()) {
      effects.add(new ReplicaEffect.QueryAnswer(token, refusal.get(), asOf));
    } else {
      advance(read, query, token, asOf, attempt, effects);
    }
  }

  private boolean isKeptFrom(KeyRead query, long token, List<ReplicaEffect> effects) {
    Optional<ReplicaEffect.Refusal> refusal =
        gate.read(AccessNeeds.read(query.query().keys()), query.shown());
    refusal.ifPresent(reason -> refuse(token, reason, effects));
    return refusal.isPresent();
  }

  private void advance(
      RangeRead read,
      KeyRead query,
      long token,
      Slot asOf,
      int attempt,
      List<ReplicaEffect> effects) {
    Optional<StoreQuestion> question = read.advance();
    if (question.isEmpty()) {
      effects.add(new ReplicaEffect.QueryAnswer(token, read.result(), asOf));
    } else if (store.isFull()) {
      refuse(token, ReplicaEffect.Refusal.OVERLOADED, effects);
    } else {
      store.ask(
          question.get(),
          (answer, now, out) -> {
            boolean whole = read.answered((StoreAnswer.Versions) answer);
            // Something else may be active than when it began.
            if (isKeptFrom(query, token, out)) {
              return;
            }
            if (whole && !read.isForgotten()) {
              advance(read, query, token, asOf, attempt, out);
            } else {
              overtaken(read, query, token, attempt, out);
            }
          },
          effects);
    }
  }

  /** The history was compacted while it was read. */
  private void overtaken(
      RangeRead read, KeyRead query, long token, int attempt, List<ReplicaEffect> effects) {
    if (!read.isAtNewest()) {
      effects.add(
          new ReplicaEffect.QueryAnswer(
              token, new ReadResult.Compacted(state.compacted()), applied.get()));
    } else if (attempt < MAX_ATTEMPTS) {
      begin(query, token, attempt + 1, effects);
    } else {
      refuse(token, ReplicaEffect.Refusal.TIMED_OUT, effects);
    }
  }

  // ---- Writes

  private void lookUp(ReplicaInput.LookupWrite lookup, long token, List<ReplicaEffect> effects) {
    Slot asOf = applied.get();
    WriteLookup found = state.lookup(lookup.id());
    if (found instanceof WriteLookup.Recorded recorded) {
      RecordedResults.complete(
          state,
          store,
          state.writeIds().find(lookup.id()),
          recorded.outcome(),
          (outcome, out) ->
              out.add(
                  new ReplicaEffect.LookupAnswer(
                      token,
                      new WriteLookup.Recorded(gate.toldByItsId(outcome, lookup.shown())),
                      asOf)),
          effects);
    } else {
      effects.add(new ReplicaEffect.LookupAnswer(token, found, asOf));
    }
  }

  private static void refuse(
      long token, ReplicaEffect.Refusal reason, List<ReplicaEffect> effects) {
    effects.add(new ReplicaEffect.ReadRefused(token, reason));
  }
}
