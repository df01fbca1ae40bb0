package io.holdfast.acceptor.core;

import io.holdfast.config.core.MemberId;
import java.util.Set;

/** What an acceptor is told. Requests come from coordinators, the rest from the same node. */
public sealed interface AcceptorInput {

  /**
   * A request of a coordinator, this node's own included.
   *
   * @param from who asks
   * @param request what is asked
   */
  record Asked(MemberId from, AcceptorRequest request) implements AcceptorInput {}

  /**
   * A batch known to be chosen was fetched from a member that has learned it.
   *
   * @param pair the slot, the ballot under which that member holds it, and the batch
   */
  record ChosenFetched(AcceptorReply.AcceptedPair pair) implements AcceptorInput {}

  /**
   * Every slot up to here is learned on this node.
   *
   * @param slot the last one
   */
  record LearnedUpTo(Slot slot) implements AcceptorInput {}

  /**
   * This node's replica has executed the log up to here.
   *
   * @param slot the last executed slot
   * @param chainHash the chain hash there
   */
  record AppliedUpTo(Slot slot, Digest chainHash) implements AcceptorInput {}

  /**
   * This node's store holds the effects of every slot up to here durably.
   *
   * @param slot the last one
   */
  record DurableUpTo(Slot slot) implements AcceptorInput {}

  /**
   * No member needs slots up to here from a log any more, or can be had to wait for. The acceptor
   * trims no further than this node has learned and its store holds durably.
   *
   * @param slot the last one
   * @param atMost the last one that a journal may forget where it has grown too long, whoever lags
   */
  record TrimUpTo(Slot slot, Slot atMost) implements AcceptorInput {

    /** The same, however long the journal is. */
    public TrimUpTo(Slot slot) {
      this(slot, slot);
    }
  }

  /**
   * The members of every configuration that may still vote; requests of others are dropped
   * (MembersOnly).
   *
   * @param members by node and incarnation
   */
  record MembersAre(Set<MemberId> members) implements AcceptorInput {
    public MembersAre {
      members = Set.copyOf(members);
    }
  }

  /**
   * The snapshot taken at this sequence number is on disk.
   *
   * @param sequenceNumber as in the {@link AcceptorEffect.SaveSnapshot} that asked for it
   */
  record SnapshotSaved(long sequenceNumber) implements AcceptorInput {}
}
