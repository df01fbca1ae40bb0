package io.holdfast.acceptor.actor;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;

/** Whom an acceptor tells things. Calls come from the acceptor's actor and must return at once. */
public interface AcceptorNeighbours {

  /**
   * Sends an answer to a member's coordinator, this node's own included. What it says is on disk.
   */
  void answer(MemberId to, AcceptorReply reply);

  /** Tells this node's replica of a pair that is accepted and on disk here. */
  void accepted(AcceptedPair pair);

  /** Tells this node's replica that a chosen batch, fetched from a peer, is kept on disk here. */
  void chosenRecorded(Slot slot);

  /** Tells this node's replica what a leader says is chosen. */
  void watermark(Ballot ballot, Slot chosenUpTo);

  /** An invariant does not hold; the request was answered from what is stored. */
  void violation(String invariant, String facts);

  /** A request was dropped without an answer. */
  void dropped(String reason);

  /** Recovery is done: requests may come. */
  void started(AcceptorView view);

  /**
   * The journal failed: the node must stop. Nothing leaves this acceptor from here on
   * (StorageFailureIsNotRejection).
   */
  void failed(Throwable cause);
}
