package io.holdfast.chaos.sim;

import io.holdfast.sync.core.ReplicaEffect;

/** A replica that was told of a majority that it is not of answers nothing from what it holds. */
final class DivergedServesNothing extends Invariant {

  private final DivergenceKnowledge knowledge;

  DivergedServesNothing(DivergenceKnowledge knowledge) {
    this.knowledge = knowledge;
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
