package io.holdfast.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.BatchFormat;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.CommandCodec;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A log that goes on slot by slot, with a reference model beside it: for tests of invariants. */
abstract class InvariantLog {

  final Scenario scenario;
  final SimMesh mesh;
  final ReferenceModel reference;
  final SimNode node;
  Slot slot = Slot.ZERO;

  InvariantLog(Profile profile) {
    scenario = ScenarioDraw.of(1, profile, OptionalInt.of(3), OptionalInt.of(2));
    mesh = new SimMesh(scenario, Tampering.NONE, Trace.off());
    reference =
        new ReferenceModel(1_000, Optional.of(Membership.founded(scenario.alpha(), mesh.initial)));
    node = mesh.nodes.get(0);
  }

  /** The log goes on by one slot, which a replica executes as this outcome says. */
  final ReplicaEffect.Applied log(WriteCommand write, CommandResult result) {
    slot = slot.next();
    Batch batch =
        BatchFormat.encode(List.of(new BatchEntry.CommandEntry(CommandCodec.encode(write))));
    ReplicaEffect.Applied applied =
        new ReplicaEffect.Applied(
            slot,
            Digest.ZERO,
            batch.digest(),
            List.of(CommandCodec.encode(new CommandOutcome(result, false, slot))),
            List.of(),
            0);
    reference.chosen(slot, batch);
    reference.applied(node, applied);
    return applied;
  }

  /** What is active at the end of the log. */
  final ControlEpoch active() {
    return reference.controlAt(slot).active().epoch();
  }

  static void breaks(Invariant invariant, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            InvariantViolation.class,
            violation -> assertThat(violation.invariant()).isEqualTo(invariant.name()));
  }
}
