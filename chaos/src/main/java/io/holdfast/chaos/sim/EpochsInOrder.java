package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateInspection;
import io.holdfast.sync.core.WriteCommand;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Every activation that takes effect takes the next number, whatever it changes, found what it
 * expected by number and hash, and names the set before it; of two with one expectation one takes
 * effect; and all replicas hold the same of it.
 */
final class EpochsInOrder extends EachCommand {

  private final Coverage coverage;
  private final Set<Activation.Expected> met = new HashSet<>();
  private final Map<Slot, ControlState> held = new HashMap<>();

  EpochsInOrder(ReferenceModel reference, Coverage coverage) {
    super(reference);
    this.coverage = coverage;
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    if (!(write.command() instanceof Command.Activate activate) || outcome.replayed()) {
      return;
    }
    ControlEpoch before = under().active().epoch();
    Activation.Expected expected = activate.activation().expected();
    if (outcome.result() instanceof CommandResult.StaleControlEpoch && met.contains(expected)) {
      coverage.count("races_lost");
    }
    if (!(outcome.result() instanceof CommandResult.Activated activated)) {
      return;
    }
    ControlEpoch after = activated.epoch();
    check(
        after.number() == before.number() + 1 && after.previousHash().equals(before.setHash()),
        "slot %s: epoch %s, which names %s before it, is activated after epoch %s",
        in.slot(),
        after,
        after.previousHash(),
        before);
    check(
        expected.number() == before.number() && expected.setHash().equals(before.setHash()),
        "slot %s: an activation takes effect that expects %s, and epoch %s is active",
        in.slot(),
        expected,
        before);
    check(
        after.setHash().equals(activate.activation().resulting()),
        "slot %s: epoch %s is activated where %s was asked for",
        in.slot(),
        after,
        activate.activation().resulting());
    check(met.add(expected), "slot %s: a second activation that expects %s", in.slot(), expected);
    count(after);
  }

  private void count(ControlEpoch after) {
    coverage.count("activations");
    boolean wasActive =
        under().epochs().stream().anyMatch(e -> e.epoch().setHash().equals(after.setHash()));
    if (wasActive && !after.previousHash().equals(after.setHash())) {
      coverage.count("rollbacks");
    }
  }

  @Override
  public void inspected(SimNode at, StateHeader header, StateInspection inspection) {
    ControlState other = held.putIfAbsent(header.applied(), inspection.control());
    check(
        other == null || other.equals(inspection.control()),
        "%s holds %s at slot %s, another replica %s",
        at,
        inspection.control(),
        header.applied(),
        other);
    check(
        header.control().equals(inspection.control().epoch()),
        "%s says that epoch %s is active at slot %s, and holds %s",
        at,
        header.control(),
        header.applied(),
        inspection.control());
  }

  /** The answer reads back what was activated. */
  @Override
  public void answered(ClientOperation operation) {
    if (operation.answer() == OutcomeCode.COMMITTED
        && operation.command().orElse(null) instanceof Command.Activate activate) {
      CommandResult told = operation.executed().flatMap(WriteAnswer.Executed::result).orElse(null);
      check(
          told instanceof CommandResult.Activated activated
              && activated.epoch().number() == activate.activation().expected().number() + 1
              && activated.epoch().setHash().equals(activate.activation().resulting()),
          "client %s is told %s of %s",
          operation.process(),
          told,
          activate.activation());
    }
  }
}
