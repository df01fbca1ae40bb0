package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.Evidence;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.VersionedValue;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whatever a replica has been through, what it holds to be active, and what was given for that, is
 * what the log means at its slot: all of an activation, with the w of its policy, or nothing.
 */
final class ActivationIsWhole extends Invariant {

  private final ReferenceModel reference;

  ActivationIsWhole(ReferenceModel reference) {
    this.reference = reference;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    if (!applied.slot().isAfter(reference.executed())) {
      check(
          applied.byPolicy().equals(reference.byPolicy(applied.slot())),
          "%s, slot %s: activations change w to %s; they mean %s",
          at,
          applied.slot(),
          applied.byPolicy(),
          reference.byPolicy(applied.slot()));
      List<ChangeOutcome> meant = reference.changes(applied.slot());
      boolean same = applied.changes().size() == meant.size();
      for (int i = 0; same && i < meant.size(); i++) {
        same = isSame(applied.changes().get(i), meant.get(i));
      }
      check(
          same,
          "%s, slot %s: changes of members come to %s; they mean %s",
          at,
          applied.slot(),
          applied.changes(),
          meant);
    }
  }

  /** Words of a refusal are for people. */
  private static boolean isSame(ChangeOutcome outcome, ChangeOutcome meant) {
    if (outcome instanceof ChangeOutcome.Refused refused
        && meant instanceof ChangeOutcome.Refused other) {
      return refused.refusal().code() == other.refusal().code();
    }
    return outcome.equals(meant);
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection held) {
    compare(at, header.applied(), held.control());
  }

  @Override
  public void installed(
      SimNode at,
      SnapshotHead head,
      StateHeader header,
      StateInspection held,
      Map<ByteString, VersionedValue> records) {
    compare(at, header.applied(), held.control());
  }

  private void compare(SimNode at, Slot slot, ControlState held) {
    if (slot.isAfter(reference.executed())) {
      return;
    }
    ReferenceControl.State meant = reference.controlAt(slot);
    List<ReferenceControl.Epoch> epochs = meant.epochs();
    int kept = Math.min(epochs.size(), ControlState.MAX_RECORDS);
    boolean same = held.records().size() == kept;
    for (ControlRecord record : held.records()) {
      long number = record.epoch().number();
      same = same && number < epochs.size() && isOf(record, epochs.get((int) number));
    }
    check(
        same && held.epoch().equals(meant.active().epoch()),
        "%s holds %s at slot %s; the log means %s",
        at,
        held.records(),
        slot,
        epochs.subList(epochs.size() - kept, epochs.size()));
    Map<MemberId, Evidence> evidence =
        held.evidence().stream().collect(Collectors.toMap(Evidence::member, Function.identity()));
    check(
        evidence.equals(meant.evidence()),
        "%s holds the evidence %s at slot %s, for epoch %s; the log means %s",
        at,
        evidence,
        slot,
        held.epoch(),
        meant.evidence());
  }

  private static boolean isOf(ControlRecord record, ReferenceControl.Epoch epoch) {
    return record.epoch().equals(epoch.epoch())
        && record.by().equals(epoch.by())
        && record.reason().equals(epoch.reason())
        && record.millis() == epoch.millis()
        && record.set().documents().equals(epoch.documents())
        && ReferenceControl.hash(record.set().documents()).equals(record.epoch().setHash());
  }
}
