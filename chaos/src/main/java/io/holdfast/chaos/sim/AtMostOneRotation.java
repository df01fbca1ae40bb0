package io.holdfast.chaos.sim;

import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;

/** What is executed was planned in the cache's generation at that moment, or in the one before. */
final class AtMostOneRotation extends EachCommand {

  private final Coverage coverage;

  AtMostOneRotation(ReferenceModel reference, Coverage coverage) {
    super(reference);
    this.coverage = coverage;
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    if (outcome.result() instanceof CommandResult.HorizonExceeded) {
      coverage.count("horizon_refusals");
      return;
    }
    boolean isExecuted =
        outcome.result() instanceof CommandResult.Executed
            || outcome.result() instanceof CommandResult.Housekept;
    if (write.plan().isEmpty() || outcome.replayed() || !isExecuted) {
      return;
    }
    long planned = write.plan().get().generation();
    check(
        planned <= in.generation() && in.generation() - planned <= 1,
        "slot %s: %s is executed in generation %d and was planned in %d",
        in.slot(),
        outcome,
        in.generation(),
        planned);
  }
}
