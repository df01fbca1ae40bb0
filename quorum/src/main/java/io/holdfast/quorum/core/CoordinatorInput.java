package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a coordinator is told. */
public sealed interface CoordinatorInput {

  /**
   * A client's command, or a change of configuration, wants a place in the log.
   *
   * @param token names it in the {@link CoordinatorEffect.Conclude} that ends it
   * @param entry what to place
   */
  record Propose(long token, BatchEntry entry) implements CoordinatorInput {}

  /**
   * A change of membership is asked for. Where the leader has nothing against it, it gets a place
   * in the log, and the result of its {@link CoordinatorEffect.Outcome.Committed} is a {@link
   * ChangeOutcome}: it may still be refused there.
   *
   * @param token names it in the {@link CoordinatorEffect.Conclude} that ends it
   * @param change what to change
   * @param expected the number of the configuration that the caller had in view; where another
   *     change came between, it is refused
   */
  record Change(long token, MembershipChange change, OptionalLong expected)
      implements CoordinatorInput {

    /** Of whatever configuration there is. */
    public Change(long token, MembershipChange change) {
      this(token, change, OptionalLong.empty());
    }
  }

  /**
   * A linearizable read has arrived.
   *
   * @param token names it in the {@link CoordinatorEffect.ConcludeRead} that ends it
   */
  record Read(long token) implements CoordinatorInput {}

  /**
   * An acceptor answered, this node's own included.
   *
   * @param from whose acceptor
   * @param reply the answer
   */
  record Replied(MemberId from, AcceptorReply reply) implements CoordinatorInput {}

  /**
   * Another coordinator says something.
   *
   * @param from whose coordinator
   * @param message what it says
   */
  record Said(MemberId from, CoordinatorMessage message) implements CoordinatorInput {}

  /**
   * Every slot up to here is learned on this node.
   *
   * @param slot the last one
   */
  record Learned(Slot slot) implements CoordinatorInput {}

  /**
   * This node's replica has executed a slot.
   *
   * @param slot the slot, one after the last executed
   * @param batch the digest of its batch
   * @param chainHash the chain hash at the slot
   * @param results the encoded result of each entry of the batch
   */
  record Executed(Slot slot, Digest batch, Digest chainHash, List<ByteString> results)
      implements CoordinatorInput {}

  /**
   * A change of configuration was executed, and not refused; told before the {@link Executed} of
   * its slot.
   *
   * @param slot where it stands in the log
   * @param changed the configuration that comes of it
   */
  record ConfigurationExecuted(Slot slot, Configuration changed) implements CoordinatorInput {}

  /**
   * How long acknowledgements may take has changed: of proposals from here on.
   *
   * @param byPolicy what the active policy says; absent where the node's settings say so
   */
  record AckTimeoutChanged(Optional<Duration> byPolicy) implements CoordinatorInput {}

  /** The group was sealed; told before the {@link Executed} of its slot. */
  record SealExecuted() implements CoordinatorInput {}

  /**
   * This node's store holds everything up to here.
   *
   * @param slot the last slot
   */
  record Durable(Slot slot) implements CoordinatorInput {}

  /**
   * This node's journal failed: nothing is acknowledged from here on, and the node is about to
   * stop.
   */
  record LocalWriteFailed() implements CoordinatorInput {}

  /** Take no more work, finish what is under way, hand leadership over, never lead again. */
  record Resign() implements CoordinatorInput {}

  /**
   * Let another voter lead, and go on as a follower that may be elected again. A leader that has
   * led for a while finishes what callers wait for, takes no more, and tells the others who shall
   * be next. Nothing comes of it where this one does not lead, where the successor is no voter,
   * silent, behind or wrong, while a change of membership is on its way, or where what callers wait
   * for takes longer than an election timeout.
   *
   * @param successor who shall lead
   */
  record HandOver(MemberId successor) implements CoordinatorInput {}

  /** Time has passed. */
  record Tick() implements CoordinatorInput {}
}
