package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.HashMap;
import java.util.Map;

/** Under one ballot a slot has one value, wherever it is proposed, accepted or kept. */
final class OneValuePerBallot extends Invariant {

  private record Place(Slot slot, Ballot ballot) {}

  private final Map<Place, Batch> values = new HashMap<>();

  private void see(SimNode at, Slot slot, Ballot ballot, Batch batch) {
    Batch known = values.putIfAbsent(new Place(slot, ballot), batch);
    check(
        known == null || known.equals(batch),
        "slot %s ballot %s: %s has %s, another was %s",
        slot,
        ballot,
        at,
        batch,
        known);
  }

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Accept accept) {
      see(at, accept.slot(), accept.ballot(), accept.batch());
    }
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    if (event instanceof AcceptorEvent.PairAccepted pair) {
      see(at, pair.slot(), pair.ballot(), pair.batch());
    } else if (event instanceof AcceptorEvent.ChosenRecorded pair) {
      see(at, pair.slot(), pair.ballot(), pair.batch());
    }
  }
}
