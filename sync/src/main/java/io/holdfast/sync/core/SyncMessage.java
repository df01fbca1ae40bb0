package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.List;

/** What cache-owners of a group say to each other. */
public sealed interface SyncMessage
    permits SyncMessage.Fetch, SyncMessage.Fetched, SnapshotMessage {

  /** What the receiving replica is told. */
  ReplicaInput from(MemberId sender);

  /**
   * Asks for learned batches.
   *
   * @param fromSlot the first one wanted
   * @param maxBytes how much to send at most; one batch is sent however large
   */
  record Fetch(Slot fromSlot, int maxBytes) implements SyncMessage {
    public Fetch {
      if (fromSlot.number() < 1 || maxBytes < 1) {
        throw new IllegalArgumentException("fetch from " + fromSlot + ", " + maxBytes + " bytes");
      }
    }

    @Override
    public ReplicaInput from(MemberId sender) {
      return new ReplicaInput.FetchRequested(sender, fromSlot, maxBytes);
    }
  }

  /**
   * Answers a {@link Fetch}.
   *
   * @param fromSlot the slot that was asked for
   * @param pairs learned batches from there on, without a hole; possibly none
   * @param learnedUpTo the sender has learned every slot up to here
   * @param trimmed the sender's log no longer has {@code fromSlot}
   */
  record Fetched(Slot fromSlot, List<AcceptedPair> pairs, Slot learnedUpTo, boolean trimmed)
      implements SyncMessage {
    public Fetched {
      pairs = List.copyOf(pairs);
    }

    @Override
    public ReplicaInput from(MemberId sender) {
      return new ReplicaInput.Fetched(sender, fromSlot, pairs, learnedUpTo, trimmed);
    }
  }
}
