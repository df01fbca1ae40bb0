package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.Evidence;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What cache-owners of a group say to each other. */
public sealed interface SyncMessage
    permits SyncMessage.Fetch, SyncMessage.Fetched, SyncMessage.EvidenceGiven, SnapshotMessage {

  /** What the receiving replica is told. */
  ReplicaInput from(MemberId sender);

  /**
   * Says to the leader how the sender is.
   *
   * @param loaded the epoch whose set it has loaded
   * @param checks what it looked at, and whether it was so; its clock is for the leader to look at
   * @param wallMillis milliseconds since 1970 by its clock
   */
  record EvidenceGiven(
      Activation.Expected loaded, SortedMap<Evidence.Check, Boolean> checks, long wallMillis)
      implements SyncMessage {
    public EvidenceGiven {
      checks = Collections.unmodifiableSortedMap(new TreeMap<>(checks));
    }

    @Override
    public ReplicaInput from(MemberId sender) {
      return new ReplicaInput.EvidenceHeard(sender, this);
    }
  }

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
