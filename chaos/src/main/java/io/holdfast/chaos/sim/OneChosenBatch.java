package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;

/** Of each slot one batch is chosen, under whatever ballots. */
final class OneChosenBatch extends Invariant {

  @Override
  public void chosenAgain(
      Slot slot, Batch first, Ballot firstBallot, Batch again, Ballot laterBallot) {
    check(
        first.equals(again),
        "slot %s: %s was chosen under %s, and now %s under %s",
        slot,
        first,
        firstBallot,
        again,
        laterBallot);
  }
}
