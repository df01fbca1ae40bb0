package io.holdfast.quorum.actor;

import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.DivergenceView;
import io.holdfast.quorum.core.Verdict;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whom a coordinator tells things. Calls come from the coordinator's actor and must return at once.
 */
public interface CoordinatorNeighbours {

  /** Asks a member's acceptor, this node's own included. */
  void ask(MemberId to, AcceptorRequest request);

  /** Says something to another member's coordinator. */
  void say(MemberId to, CoordinatorMessage message);

  /** Tells this node's replica what is chosen. */
  void watermark(Ballot ballot, Slot chosenUpTo);

  /** Asks this node's replica to learn up to a slot from a member that has. */
  void catchUp(Slot upTo, MemberId from);

  /**
   * Lets this node's acceptor forget slots.
   *
   * @param slot the last that nobody is waited for with
   * @param atMost the last that it may forget where its journal has grown too long
   */
  void trimUpTo(Slot slot, Slot atMost);

  /**
   * Whom this node's acceptor and replica deal with has changed.
   *
   * @param voters who may ask the acceptor
   * @param members they and the learners: of whom the replica may fetch
   */
  void membersAre(Set<MemberId> voters, Set<MemberId> members);

  /**
   * Tells this node's replica that this node leads.
   *
   * @param lowestClockMillis the lowest wall clock among at least w members; absent while fewer are
   *     heard
   */
  void leads(OptionalLong lowestClockMillis);

  /** Tells this node's replica that this node leads no more. */
  void leadsNoMore();

  /** This node's role, or the leader that it hears, has changed. */
  void role(Role role, Optional<MemberId> leader, String why);

  /** A verdict is final, or its deadline has passed. */
  void verdict(Slot slot, Verdict verdict, AckReport acks);

  /** A peer's wall clock less ours, in milliseconds. */
  void skew(MemberId member, long millis);

  /** What a member stores, or its state, differs from ours. */
  void drift(MemberId member, Slot slot, String what);

  /** Tells this node's replica that it differs from a majority of the voters. */
  void diverged(Slot slot, Set<MemberId> agreeing);

  /** What is known of replicas that differ has changed. */
  void divergence(DivergenceView known);

  /**
   * A batch was proposed: to be measured.
   *
   * @param nanos since its oldest entry has come; about, where entries were refused meanwhile
   */
  default void waited(long nanos) {}

  /**
   * How much there is to do, every few milliseconds: to be measured.
   *
   * @param queued entries that wait for a slot
   * @param queuedBytes bytes of those
   * @param inFlight callers whose entries are proposed, or wait, without an outcome
   */
  default void load(int queued, long queuedBytes, int inFlight) {}

  /** A message was dropped. */
  void dropped(String reason);

  /** A bug in the core, or damage that it found: the node must stop. */
  void failed(Throwable cause);
}
