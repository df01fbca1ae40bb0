package io.holdfast.chaos.sim;

import io.holdfast.config.core.control.ActivationOutcome;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.reservation.OwnerKey;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ValueKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A number is given to nobody while somebody has it, and an owner that has one is given no other:
 * by what those who asked are told, and by what replicas hold.
 */
final class OneHolder extends EachCommand {

  private final Coverage coverage;
  private final Map<ValueKey, OwnerKey> owners = new HashMap<>();
  private final Map<OwnerKey, ValueKey> values = new HashMap<>();

  OneHolder(ReferenceModel reference, Coverage coverage) {
    super(reference);
    this.coverage = coverage;
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    if (outcome.replayed()) {
      return;
    }
    if (outcome.result() instanceof CommandResult.ActivationRefused refused
        && refused.code() == ActivationOutcome.Code.POOL_IN_USE) {
      coverage.count("pools_in_use");
    } else if (outcome.result() instanceof CommandResult.ReservationsRefused refused) {
      coverage.count("reservations_" + refused.refusal().code().code());
    } else if (outcome.result() instanceof CommandResult.ReservationsDone done) {
      for (Entry entry : done.entries().orElse(List.of())) {
        coverage.count("reservations_" + entry.kind().code());
        take(in, entry.kind(), entry.reservation());
      }
    }
  }

  private void take(ReplicaEffect.Applied in, Kind kind, Reservation one) {
    OwnerKey holder = owners.get(one.valueKey());
    ValueKey had = values.get(one.ownerKey());
    switch (kind) {
      case GIVEN ->
          check(
              holder == null && had == null,
              "slot %s: %s is given %s, which %s has, and has %s",
              in.slot(),
              one.ownerKey(),
              one.valueKey(),
              holder,
              had);
      case MOVED ->
          check(
              holder == null && had != null,
              "slot %s: %s, which has %s, is given %s, which %s has",
              in.slot(),
              one.ownerKey(),
              had,
              one.valueKey(),
              holder);
      case MIGRATED ->
          check(
              holder != null && had == null,
              "slot %s: %s, which has %s, is handed %s of %s",
              in.slot(),
              one.ownerKey(),
              had,
              one.valueKey(),
              holder);
      case KEPT, RELEASED, EXPIRED ->
          check(
              one.ownerKey().equals(holder) && one.valueKey().equals(had),
              "slot %s: %s of %s: that is of %s, which has %s",
              in.slot(),
              one.valueKey(),
              kind,
              holder,
              had);
    }
    forget(holder, had);
    if (kind != Kind.RELEASED && kind != Kind.EXPIRED) {
      owners.put(one.valueKey(), one.ownerKey());
      values.put(one.ownerKey(), one.valueKey());
    } else {
      owners.remove(one.valueKey());
    }
  }

  private void forget(@Nullable OwnerKey holder, @Nullable ValueKey had) {
    if (holder != null) {
      values.remove(holder);
    }
    if (had != null) {
      owners.remove(had);
    }
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection inspection) {
    Set<ValueKey> given = new HashSet<>();
    Set<OwnerKey> having = new HashSet<>();
    for (Reservation one : inspection.reservations()) {
      check(
          given.add(one.valueKey()) && having.add(one.ownerKey()),
          "%s holds %s twice, or two of %s, at slot %s",
          at,
          one.valueKey(),
          one.ownerKey(),
          header.applied());
    }
  }
}
