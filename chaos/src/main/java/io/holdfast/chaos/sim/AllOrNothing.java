package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * A request about reservations is done as a whole or not at all: whoever asks for several numbers
 * is given all of them, and replicas hold what the log means, no part of what was refused.
 */
final class AllOrNothing extends EachCommand {

  private final ReferenceModel reference;

  AllOrNothing(ReferenceModel reference) {
    super(reference);
    this.reference = reference;
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    if (write.command() instanceof Command.OnReservations asked
        && asked.request() instanceof ReservationRequest.Reserve reserve
        && outcome.result() instanceof CommandResult.ReservationsDone done
        && done.entries().isPresent()) {
      check(
          done.entries().get().size() == reserve.asks().size(),
          "slot %s: %d numbers are given of %d that were asked for",
          in.slot(),
          done.entries().get().size(),
          reserve.asks().size());
    }
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection inspection) {
    Slot slot = header.applied();
    if (slot.isAfter(reference.executed())) {
      return;
    }
    Set<Reservation> meant = new HashSet<>(reference.reservationsAt(slot));
    Collection<Reservation> held = inspection.reservations();
    check(
        meant.equals(new HashSet<>(held)),
        "%s holds %s at slot %s, where the log means %s",
        at,
        held,
        slot,
        meant);
  }
}
