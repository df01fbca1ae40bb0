package io.holdfast.chaos.sim;

import io.holdfast.sync.core.ReplicaEffect;

/**
 * A replica that was told of a majority that it is not of answers nothing from what it holds, and
 * makes no more of it.
 */
final class DivergedServesNothing extends Invariant {

  private final DivergenceKnowledge knowledge;

  DivergedServesNothing(DivergenceKnowledge knowledge) {
    this.knowledge = knowledge;
  }

  @Override
  public void applied(SimNode at, ReplicaEffect.Applied applied) {
    check(
        !knowledge.hasHadTimeToAct(at),
        "%s executes slot %s though a majority has told it that it differs",
        at,
        applied.slot());
  }

  @Override
  public void replicaAnswered(SimNode at, ReplicaEffect answer) {
    check(
        !knowledge.hasHadTimeToAct(at),
        "%s answers %s though a majority has told it that it differs",
        at,
        answer.getClass().getSimpleName());
  }
}
