package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;

/** Once a batch is chosen, every higher ballot proposes and keeps the same one. */
final class ChosenStaysChosen extends Invariant {

  private final ChosenLog chosen;

  ChosenStaysChosen(ChosenLog chosen) {
    this.chosen = chosen;
  }

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Accept accept) {
      stays(at, "proposes", accept.slot(), accept.ballot(), accept.batch());
    }
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    if (event instanceof AcceptorEvent.ChosenRecorded pair) {
      stays(at, "keeps", pair.slot(), pair.ballot(), pair.batch());
    }
  }

  private void stays(SimNode at, String does, Slot slot, Ballot ballot, Batch batch) {
    Batch first = chosen.batch(slot);
    Ballot under = chosen.ballot(slot);
    check(
        first == null || under == null || ballot.isBelow(under) || first.equals(batch),
        "%s %s %s in slot %s under %s; %s was chosen under %s",
        at,
        does,
        batch,
        slot,
        ballot,
        first,
        under);
  }
}
