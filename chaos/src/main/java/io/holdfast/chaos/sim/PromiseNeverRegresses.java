package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.HashMap;
import java.util.Map;

/** What was promised once is promised for good, whatever crashes. */
final class PromiseNeverRegresses extends Invariant {

  private final Map<MemberId, Ballot> onDisk = new HashMap<>();
  private final Map<MemberId, Ballot> told = new HashMap<>();

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    Ballot before = onDisk.getOrDefault(at.runsAs(), Ballot.BOTTOM);
    if (event instanceof AcceptorEvent.PromiseMade made) {
      check(!made.ballot().isBelow(before), "%s: %s after %s", at, made.ballot(), before);
      onDisk.put(at.runsAs(), made.ballot());
    } else if (event instanceof AcceptorEvent.PairAccepted pair) {
      onDisk.put(at.runsAs(), Ballot.max(before, pair.ballot()));
    } else if (event instanceof AcceptorEvent.ChosenRecorded pair) {
      onDisk.put(at.runsAs(), Ballot.max(before, pair.ballot()));
    }
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.Promised promised) {
      told.merge(at.runsAs(), promised.ballot(), Ballot::max);
    } else if (reply instanceof AcceptorReply.Accepted accepted) {
      told.merge(at.runsAs(), accepted.ballot(), Ballot::max);
    }
  }

  @Override
  public void recovered(SimNode at, Ballot promised, Slot storeDurable) {
    Ballot before = told.getOrDefault(at.runsAs(), Ballot.BOTTOM);
    check(!promised.isBelow(before), "%s told of %s and recovers %s", at, before, promised);
  }
}
