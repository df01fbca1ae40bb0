package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.sync.core.ReplicaDelta;
import java.util.HashMap;
import java.util.Map;

/** What a journal gives up, or calls chosen without naming it, is in the store. */
final class TrimOnlyDurable extends Invariant {

  private final Map<SimNode, Slot> stored = new HashMap<>();

  @Override
  public void flushed(SimNode at, ReplicaDelta delta) {
    stored.put(at, delta.after().applied());
  }

  @Override
  public void journaled(SimNode at, long sequenceNumber, AcceptorEvent event) {
    if (event instanceof AcceptorEvent.LogTrimmed trimmed) {
      isStored(at, trimmed.upTo(), "trims");
    }
  }

  @Override
  public void snapshotSaved(SimNode at, AcceptorSnapshot snapshot) {
    isStored(at, snapshot.durableUpTo(), "leaves to the store");
  }

  @Override
  public void replied(SimNode at, MemberId to, AcceptorReply reply) {
    if (reply instanceof AcceptorReply.AlreadyChosen chosen) {
      isStored(at, chosen.upTo(), "calls chosen");
    }
  }

  private void isStored(SimNode at, Slot upTo, String does) {
    Slot held = stored.getOrDefault(at, Slot.ZERO);
    check(upTo.isAtMost(held), "%s %s slots up to %s; its store holds %s", at, does, upTo, held);
  }
}
