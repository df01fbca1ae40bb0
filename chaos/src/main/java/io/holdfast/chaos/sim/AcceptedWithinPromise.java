package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.Ballot;
import java.util.HashMap;
import java.util.Map;

/** Nothing is accepted under a ballot below the promise. */
final class AcceptedWithinPromise extends Invariant {

  private final Map<SimNode, Ballot> promised = new HashMap<>();

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    Ballot before = promised.getOrDefault(at, Ballot.BOTTOM);
    if (event instanceof AcceptorEvent.PairAccepted pair) {
      check(
          !pair.ballot().isBelow(before),
          "%s accepts slot %s under %s with %s promised",
          at,
          pair.slot(),
          pair.ballot(),
          before);
      promised.put(at, pair.ballot());
    } else if (event instanceof AcceptorEvent.PromiseMade made) {
      promised.put(at, Ballot.max(before, made.ballot()));
    } else if (event instanceof AcceptorEvent.ChosenRecorded pair) {
      promised.put(at, Ballot.max(before, pair.ballot()));
    }
  }
}
