package io.holdfast.quorum.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.OutcomeCode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a coordinator wants done, in order. It has no disk of its own: every effect may be carried
 * out at once.
 */
public sealed interface CoordinatorEffect {

  /**
   * Ask a member's acceptor, this node's own included.
   *
   * @param to whose acceptor
   * @param request what to ask
   */
  record AskAcceptor(MemberId to, AcceptorRequest request) implements CoordinatorEffect {}

  /**
   * Say something to another coordinator.
   *
   * @param to whose
   * @param message what to say
   */
  record Say(MemberId to, CoordinatorMessage message) implements CoordinatorEffect {}

  /**
   * A proposal ends; exactly once for each token.
   *
   * @param token as in {@link CoordinatorInput.Propose}
   * @param outcome how it ended
   */
  record Conclude(long token, Outcome outcome) implements CoordinatorEffect {}

  /** How a proposal ended. */
  sealed interface Outcome {

    /**
     * Chosen, and executed on this node.
     *
     * @param slot its slot
     * @param result its encoded result
     * @param acks who acknowledged
     */
    record Committed(Slot slot, ByteString result, AckReport acks) implements Outcome {}

    /**
     * Not met: the future is open.
     *
     * @param slot its slot
     * @param verdict {@link Verdict.NotMet} or {@link Verdict.LocalWriteFailed}
     * @param preemptedBy the higher ballot that ended this node's leadership meanwhile, if one did
     */
    record Undecided(Slot slot, Verdict verdict, Optional<Ballot> preemptedBy) implements Outcome {}

    /**
     * Never proposed: it has no effect.
     *
     * @param code {@link OutcomeCode#NO_LEADER} or {@link OutcomeCode#OVERLOADED}
     * @param leader who leads, as far as this node knows
     */
    record Refused(OutcomeCode code, Optional<MemberId> leader) implements Outcome {}

    /**
     * A change of membership was never proposed: it has no effect.
     *
     * @param refusal what the leader has against it
     */
    record ChangeRefused(ChangeRefusal refusal) implements Outcome {}
  }

  /**
   * A read may be answered once this node has executed {@code readIndex}; exactly one of this and
   * {@link RefuseRead} for each token.
   *
   * @param token as in {@link CoordinatorInput.Read}
   * @param readIndex the slot
   */
  record ConcludeRead(long token, Slot readIndex) implements CoordinatorEffect {}

  /**
   * A read cannot be answered here.
   *
   * @param token as in {@link CoordinatorInput.Read}
   * @param code {@link OutcomeCode#NO_LEADER} or {@link OutcomeCode#OVERLOADED}
   * @param leader who leads, as far as this node knows
   */
  record RefuseRead(long token, OutcomeCode code, Optional<MemberId> leader)
      implements CoordinatorEffect {}

  /**
   * Tell this node's replica what is chosen.
   *
   * @param ballot the leader's ballot
   * @param chosenUpTo every slot up to here is chosen
   */
  record TellWatermark(Ballot ballot, Slot chosenUpTo) implements CoordinatorEffect {}

  /**
   * This node's replica should learn up to a slot by asking a member that has.
   *
   * @param upTo the slot
   * @param from who has learned it
   */
  record CatchUp(Slot upTo, MemberId from) implements CoordinatorEffect {}

  /**
   * This node's acceptor may forget slots up to here.
   *
   * @param slot the last one
   * @param atMost the last one that it may forget where its journal has grown too long
   */
  record TrimUpTo(Slot slot, Slot atMost) implements CoordinatorEffect {}

  /**
   * Whom this node's acceptor and replica deal with has changed.
   *
   * @param voters who may ask the acceptor, by node and incarnation
   * @param members they and the learners: of whom the replica may fetch
   */
  record MembersAre(Set<MemberId> voters, Set<MemberId> members) implements CoordinatorEffect {}

  /**
   * The acknowledgements of a slot are final, or its deadline has passed: count it, and log the
   * silent.
   *
   * @param slot the slot
   * @param verdict what callers were told
   * @param acks who has acknowledged by now, late ones included
   */
  record NoteVerdict(Slot slot, Verdict verdict, AckReport acks) implements CoordinatorEffect {}

  /**
   * This node's role or the leader that it hears has changed.
   *
   * @param role this node's role
   * @param leader the leader, if it hears one
   * @param why one clause for the log
   */
  record NoteRole(Role role, Optional<MemberId> leader, String why) implements CoordinatorEffect {}

  /**
   * A peer's wall clock was compared with ours.
   *
   * @param member the peer
   * @param millis its clock less ours
   */
  record NoteSkew(MemberId member, long millis) implements CoordinatorEffect {}

  /**
   * A member's digest or chain hash differs from ours.
   *
   * @param member the peer
   * @param slot where
   * @param what which of the two, with both values
   */
  record NoteDrift(MemberId member, Slot slot, String what) implements CoordinatorEffect {}

  /**
   * A majority of the voters agree with each other and not with this node's replica, which must
   * serve and apply nothing more and take another state from one of them. Said again when more of
   * them are known.
   *
   * @param slot where they were compared
   * @param agreeing who agree with each other
   */
  record Diverged(Slot slot, Set<MemberId> agreeing) implements CoordinatorEffect {
    public Diverged {
      agreeing = Set.copyOf(agreeing);
    }
  }

  /**
   * What is known of divergence has changed.
   *
   * @param divergence what is known now
   */
  record NoteDivergence(DivergenceView divergence) implements CoordinatorEffect {}

  /**
   * A message was dropped. Count it.
   *
   * @param reason a short stable word: {@code stranger}, {@code other_ballot}
   */
  record CountDropped(String reason) implements CoordinatorEffect {}

  /**
   * This node's replica shall do what falls to the leader's: said with every heartbeat.
   *
   * @param lowestClockMillis the lowest wall clock among at least w members, this one included;
   *     absent while fewer are heard
   */
  record Leads(OptionalLong lowestClockMillis) implements CoordinatorEffect {}

  /** This node's replica shall not, any more. */
  record LeadsNoMore() implements CoordinatorEffect {}

  /** {@link CoordinatorInput.Resign} is done: nothing of this node is under way any more. */
  record ResignDone() implements CoordinatorEffect {}

  /** What a coordinator does at the moment. */
  enum Role {
    FOLLOWING("following"),
    PREPARING("preparing"),
    LEADING("leading");

    private final String code;

    Role(String code) {
      this.code = code;
    }

    /** The stable lower-case name. */
    public String code() {
      return code;
    }
  }
}
