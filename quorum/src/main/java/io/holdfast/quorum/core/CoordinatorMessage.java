package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.Optional;

/** What coordinators of one group say to each other. None of it is a vote. */
public sealed interface CoordinatorMessage {

  /**
   * Would you object to a new leader? Binds nobody (Raft dissertation, section 9.6).
   *
   * @param nonce of this attempt
   * @param learnedUpTo the candidate's last learned slot
   */
  record PrePrepare(long nonce, Slot learnedUpTo) implements CoordinatorMessage {}

  /**
   * The answer.
   *
   * @param nonce of the attempt
   * @param hearsNoLeader whether the answering member hears no live leader
   * @param learnedUpTo its last learned slot
   * @param highest the highest ballot that it has seen
   */
  record PrePrepared(long nonce, boolean hearsNoLeader, Slot learnedUpTo, Ballot highest)
      implements CoordinatorMessage {}

  /**
   * A leader is alive.
   *
   * @param ballot its ballot
   * @param chosenUpTo every slot up to here is chosen
   * @param trimUpTo no log needs to hold slots up to here ({@link LogRetention})
   * @param trimAtMost up to where a log may be trimmed that has grown too long, whoever lags;
   *     {@link Slot#ZERO} of a leader that does not say
   * @param state of the leader itself
   */
  record Heartbeat(
      Ballot ballot, Slot chosenUpTo, Slot trimUpTo, Slot trimAtMost, MemberState state)
      implements CoordinatorMessage {

    /** That of a leader that lets no log be trimmed past members that lag. */
    public Heartbeat(Ballot ballot, Slot chosenUpTo, Slot trimUpTo, MemberState state) {
      this(ballot, chosenUpTo, trimUpTo, Slot.ZERO, state);
    }
  }

  /**
   * A member that does not lead is alive.
   *
   * @param state of the member
   */
  record Alive(MemberState state) implements CoordinatorMessage {}

  /**
   * A leader stops leading of its own will.
   *
   * @param ballot the ballot that it led under
   * @param successor who should try first; a hint
   */
  record Resigned(Ballot ballot, MemberId successor) implements CoordinatorMessage {}

  /**
   * What is your chain hash at a slot? Asked of all where two replicas differ; answered once the
   * slot is executed.
   *
   * @param nonce of this question
   * @param slot the slot
   */
  record AskChainHash(long nonce, Slot slot) implements CoordinatorMessage {}

  /**
   * The answer.
   *
   * @param nonce of the question
   * @param slot the slot
   * @param chainHash the hash; empty where it is not remembered any more
   */
  record ChainHashAt(long nonce, Slot slot, Optional<Digest> chainHash)
      implements CoordinatorMessage {}
}
