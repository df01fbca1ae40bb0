package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.Configuration;

/** A coordinator that was told of a majority that its replica is not of leads no more. */
final class DivergedNeverLeads extends Invariant {

  private final DivergenceKnowledge knowledge;

  DivergedNeverLeads(DivergenceKnowledge knowledge) {
    this.knowledge = knowledge;
  }

  @Override
  public void declared(SimNode at, Ballot ballot, Slot chosenUpTo) {
    check(
        !at.runsAs().equals(ballot.proposer()) || !knowledge.hasHadTimeToAct(at),
        "%s leads under %s though a majority has told it that it differs",
        at,
        ballot);
  }

  @Override
  public void leads(SimNode at, Ballot ballot, Slot nextSlot, Configuration configuration) {
    check(
        !knowledge.hasHadTimeToAct(at),
        "%s leads from slot %s on though a majority has told it that it differs",
        at,
        nextSlot);
  }
}
