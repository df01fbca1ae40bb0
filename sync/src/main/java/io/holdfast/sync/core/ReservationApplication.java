package io.holdfast.sync.core;

import io.holdfast.config.core.control.Access;
import io.holdfast.config.core.control.ControlSet;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationCodec;
import io.holdfast.sync.core.reservation.ReservationDecision;
import io.holdfast.sync.core.reservation.ReservationOutcome;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import java.util.List;
import java.util.Optional;

/**
 * Reservations, at apply. That a number is free and that it is given are one step of the log, so
 * that nothing comes in between.
 */
final class ReservationApplication {

  private static final PoolsManifest NO_POOLS = new PoolsManifest(List.of());

  private final ReplicatedState state;

  ReservationApplication(ReplicatedState state) {
    this.state = state;
  }

  /**
   * Executes a request under what is active, in the name of whoever asked and as of its admission.
   * One without a pin says neither, and none is ever admitted like this.
   */
  CommandResult execute(
      Command.OnReservations command, Optional<ControlPin> pin, ResultBudget budget) {
    if (pin.isEmpty()) {
      return new CommandResult.Invalid();
    }
    ReservationOutcome outcome =
        ReservationDecision.decide(
            command.request(),
            state.reservations(),
            terms(state, pin.get().principal(), pin.get().millis()));
    if (outcome instanceof ReservationOutcome.Refused refused) {
      refused.holder().ifPresent(holder -> give(holder, budget));
      return new CommandResult.ReservationsRefused(refused);
    }
    return take((ReservationOutcome.Done) outcome, budget);
  }

  private CommandResult take(ReservationOutcome.Done done, ResultBudget budget) {
    List<Entry> entries = done.firstEntries();
    entries.forEach(entry -> give(entry.reservation(), budget));
    boolean changed = !done.changes().isEmpty();
    if (changed) {
      state.takeReservations(done.changes());
    }
    return new CommandResult.ReservationsDone(
        state.revision(), changed, done.entries().size(), Optional.of(entries));
  }

  private static void give(Reservation one, ResultBudget budget) {
    budget.give(ReservationCodec.toProto(one).getSerializedSize());
  }

  /** Under what a request is decided, or planned, here and now. */
  static ReservationDecision.Terms terms(ReplicatedState state, String principal, long millis) {
    ControlSet active = state.control().set();
    return new ReservationDecision.Terms(
        active.pools().orElse(NO_POOLS),
        principal,
        owner -> Access.mayActFor(active, principal, owner),
        millis,
        state.revision() + 1,
        state.rules().reservations());
  }
}
