package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;

/** An acceptor recovers beside a store that holds what was left to it. */
final class StoreNotBehindJournal extends Invariant {

  @Override
  public void recovered(SimNode at, Ballot promised, Slot storeDurable) {
    Slot left = at.disk().snapshot.map(AcceptorSnapshot::durableUpTo).orElse(Slot.ZERO);
    check(
        left.isAtMost(storeDurable),
        "%s: slots up to %s were left to a store that holds %s",
        at,
        left,
        storeDurable);
  }
}
