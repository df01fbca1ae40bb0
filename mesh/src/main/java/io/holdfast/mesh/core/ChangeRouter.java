package io.holdfast.mesh.core;

import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangeAnswer;
import io.holdfast.mesh.core.ChangeEffect.CountDropped;
import io.holdfast.mesh.core.ChangeEffect.Propose;
import io.holdfast.mesh.core.ChangeEffect.Send;
import io.holdfast.mesh.core.Envelope.ForwardedChange;
import io.holdfast.mesh.core.Envelope.ForwardedChangeAnswer;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.MembershipChange;
import io.holdfast.quorum.core.MembershipCodec;
import io.holdfast.quorum.core.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes changes of a group's members to its leader, here or on another node, and the answers back.
 * One per group and node. Every caller is answered exactly once.
 *
 * <p>A change has no id: whoever does not learn its outcome looks at the members, which say whether
 * it was made. So nothing is ever asked for twice here: what was handed over and not answered is
 * {@code outcome_unknown}.
 */
public final class ChangeRouter {

  /** Changes come one at a time; this is room for those that are refused. */
  static final int MAX_PENDING = 64;

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);
  private static final String LOOK = "; list the members to see whether the change was made";

  /** Who waits for an answer: a client of this node, or a peer for one of its own. */
  private record Caller(Optional<MemberId> peer, long token) {}

  /**
   * @param to who was asked; absent: this node's coordinator
   * @param deadlineNanos until when
   */
  private record Pending(
      Caller caller,
      MembershipChange change,
      OptionalLong expected,
      int hops,
      Optional<MemberId> to,
      long deadlineNanos) {}

  private final GroupId group;
  private final MemberId self;
  private final Duration patience;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private final SeenTokens seen = new SeenTokens();
  private long nextTicket;
  private Optional<MemberId> leader = Optional.empty();
  private boolean closed;
  private List<ChangeEffect> effects = new ArrayList<>();

  /**
   * @param group the group
   * @param self this node
   * @param patience how long a forwarded change waits for its answer
   * @param firstTicket where tickets start; drawn anew by every boot
   */
  public ChangeRouter(GroupId group, MemberId self, Duration patience, long firstTicket) {
    this.group = group;
    this.self = self;
    this.patience = patience;
    this.nextTicket = firstTicket;
  }

  /**
   * Takes one input.
   *
   * @return what to do, in order
   */
  public List<ChangeEffect> on(ChangeInput input, Now now) {
    effects = new ArrayList<>();
    if (input instanceof ChangeInput.Asked asked) {
      Caller client = new Caller(Optional.empty(), asked.token());
      take(client, asked.change(), asked.expected(), 0, now);
    } else if (input instanceof ChangeInput.PeerAsked asked) {
      onPeerAsked(asked.from(), asked.forward(), now);
    } else if (input instanceof ChangeInput.Concluded concluded) {
      onConcluded(concluded.ticket(), concluded.outcome(), now);
    } else if (input instanceof ChangeInput.PeerAnswered answered) {
      onPeerAnswered(answered);
    } else if (input instanceof ChangeInput.LeaderIs heard) {
      leader = heard.leader();
    } else if (input instanceof ChangeInput.Tick) {
      onTick(now);
    } else if (input instanceof ChangeInput.Close) {
      onClose();
    }
    return effects;
  }

  private void onPeerAsked(MemberId from, ForwardedChange forward, Now now) {
    // Taken twice, one of the two could be refused for what the other did.
    if (seen.isNew(from, forward.token())) {
      Caller peer = new Caller(Optional.of(from), forward.token());
      take(peer, forward.change(), forward.expected(), forward.hops() + 1, now);
    } else {
      effects.add(new CountDropped("a forwarded change that came before"));
    }
  }

  private void take(
      Caller caller, MembershipChange change, OptionalLong expected, int hops, Now now) {
    if (closed) {
      answer(
          caller, undecided(OutcomeCode.NOT_READY, GroupAnswers.detailOf(OutcomeCode.NOT_READY)));
    } else if (pending.size() >= MAX_PENDING) {
      answer(
          caller, undecided(OutcomeCode.OVERLOADED, GroupAnswers.detailOf(OutcomeCode.OVERLOADED)));
    } else {
      place(new Pending(caller, change, expected, hops, Optional.empty(), 0), leader, now);
    }
  }

  /** Hands it to {@code where} if that is another node, else to this node's coordinator. */
  private void place(Pending request, Optional<MemberId> where, Now now) {
    long ticket = nextTicket++;
    Optional<MemberId> elsewhere =
        where.filter(to -> !to.equals(self) && request.hops() < RequestRouter.MAX_HOPS);
    pending.put(
        ticket,
        new Pending(
            request.caller(),
            request.change(),
            request.expected(),
            request.hops(),
            elsewhere,
            now.nanosAfter(patience)));
    elsewhere.ifPresentOrElse(
        to ->
            effects.add(
                new Send(
                    to,
                    new ForwardedChange(
                        group, ticket, request.hops(), request.change(), request.expected()))),
        () -> effects.add(new Propose(ticket, request.change(), request.expected())));
  }

  private void onConcluded(long ticket, Outcome outcome, Now now) {
    Pending request = pending.get(ticket);
    if (request == null || request.to().isPresent()) {
      effects.add(new CountDropped("the outcome of a change that nobody waits for"));
      return;
    }
    pending.remove(ticket);
    if (outcome instanceof Outcome.Refused refused
        && refused.code() == OutcomeCode.NO_LEADER
        && refused.leader().filter(to -> mayForward(to, request)).isPresent()) {
      place(request, refused.leader(), now);
    } else {
      answer(request.caller(), answerOf(outcome));
    }
  }

  private boolean mayForward(MemberId to, Pending request) {
    return !closed && !to.equals(self) && request.hops() < RequestRouter.MAX_HOPS;
  }

  private static ChangeAnswer answerOf(Outcome outcome) {
    if (outcome instanceof Outcome.Committed committed) {
      return executed(committed);
    }
    if (outcome instanceof Outcome.ChangeRefused refused) {
      return new ChangeAnswer.Refused(refused.refusal());
    }
    if (outcome instanceof Outcome.Refused refused) {
      return undecided(refused.code(), GroupAnswers.detailOf(refused.code()));
    }
    Verdict verdict = ((Outcome.Undecided) outcome).verdict();
    return verdict instanceof Verdict.NotMet notMet
        ? undecided(
            OutcomeCode.QUORUM_NOT_MET,
            "Too few acknowledged in time (" + notMet.reason().code() + ")" + LOOK + ".")
        : undecided(
            OutcomeCode.LOCAL_WRITE_FAILED, "The disk of the leader failed, and it stops" + LOOK);
  }

  private static ChangeAnswer executed(Outcome.Committed committed) {
    ChangeOutcome outcome;
    try {
      outcome = MembershipCodec.decodeOutcome(committed.result());
    } catch (MalformedMessage e) {
      throw new IllegalStateException("a change was executed, with a result that is none", e);
    }
    if (outcome instanceof ChangeOutcome.Changed changed) {
      return new ChangeAnswer.Changed(changed.number(), changed.effect().number());
    }
    return outcome instanceof ChangeOutcome.Refused refused
        ? new ChangeAnswer.Refused(refused.refusal())
        : new ChangeAnswer.Sealed();
  }

  private void onPeerAnswered(ChangeInput.PeerAnswered answered) {
    @Nullable Pending request = pending.get(answered.token());
    if (request == null || !request.to().equals(Optional.of(answered.from()))) {
      effects.add(new CountDropped("an answer to a change that nobody waits for"));
      return;
    }
    pending.remove(answered.token());
    answer(request.caller(), answered.answer());
  }

  /** This node's coordinator always answers; a peer may be gone. */
  private void onTick(Now now) {
    List<Pending> overdue = new ArrayList<>();
    pending
        .values()
        .removeIf(
            request -> {
              boolean over = request.to().isPresent() && now.isAfter(request.deadlineNanos());
              if (over) {
                overdue.add(request);
              }
              return over;
            });
    overdue.forEach(
        request ->
            answer(
                request.caller(),
                undecided(
                    OutcomeCode.OUTCOME_UNKNOWN,
                    "The leader did not answer in time" + LOOK + ".")));
  }

  private void onClose() {
    closed = true;
    List<Pending> left = new ArrayList<>(pending.values());
    pending.clear();
    left.forEach(
        request ->
            answer(
                request.caller(),
                undecided(
                    OutcomeCode.OUTCOME_UNKNOWN,
                    "This node stopped before the outcome was known" + LOOK + ".")));
  }

  private static ChangeAnswer undecided(OutcomeCode code, String detail) {
    return new ChangeAnswer.Undecided(
        code, detail, code.retryable() ? Optional.of(RETRY_SOON) : Optional.empty());
  }

  private void answer(Caller caller, ChangeAnswer answer) {
    caller
        .peer()
        .ifPresentOrElse(
            peer ->
                effects.add(
                    new Send(peer, new ForwardedChangeAnswer(group, caller.token(), answer))),
            () -> effects.add(new ChangeEffect.Answer(caller.token(), answer)));
  }
}
