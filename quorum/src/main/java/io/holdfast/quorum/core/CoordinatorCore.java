package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.Accepted;
import io.holdfast.acceptor.core.AcceptorReply.AlreadyChosen;
import io.holdfast.acceptor.core.AcceptorReply.ProbeConfirmed;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorReply.Rejected;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorMessage.Alive;
import io.holdfast.quorum.core.CoordinatorMessage.AskChainHash;
import io.holdfast.quorum.core.CoordinatorMessage.ChainHashAt;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepare;
import io.holdfast.quorum.core.CoordinatorMessage.PrePrepared;
import io.holdfast.quorum.core.CoordinatorMessage.Resigned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The proposer of one group on one node (protocol, section 4): following, preparing or leading.
 * Roles hold what belongs to them ({@link Campaign}, {@link Leadership}); this class moves between
 * them.
 */
public final class CoordinatorCore {

  private final Standing standing;
  private final LeaderWatch watch;
  private final Agreement agreement;
  private final DivergenceWatch divergence;
  private @Nullable Campaign campaign;
  private @Nullable Leadership leadership;

  /** The highest ballot seen anywhere; the next one of ours is above it. */
  private Ballot highest;

  /** How far others have learned of whom no leader told; fetched again after a while. */
  private Slot hintedUpTo = Slot.ZERO;

  private long hintAgainNanos;

  private long aliveAtNanos;
  private long strangerToldNanos;
  private final Resignation resignation;
  private final HandOver handOver;
  private boolean localWriteFailed;

  /**
   * @param group the group, for the order of candidates
   * @param self this member
   * @param configurations who votes on which slot
   * @param timing times
   * @param limits bounds
   * @param random seeded by the caller: jitter and nonces
   * @param promised the local acceptor's promise, so that no ballot is used twice
   *     (BallotNeverReused)
   * @param applied the last slot that the local store holds
   * @param chainHash the chain hash there
   * @param now the start
   */
  public CoordinatorCore(
      GroupId group,
      MemberId self,
      ConfigurationLog configurations,
      CoordinatorTiming timing,
      CoordinatorLimits limits,
      RandomGenerator random,
      Ballot promised,
      Slot applied,
      Digest chainHash,
      Now now) {
    ChainHistory chain = new ChainHistory(applied, chainHash);
    this.standing = new Standing(group, self, configurations, timing, limits, random, chain, now);
    this.highest = promised;
    this.watch = new LeaderWatch(standing, now);
    this.agreement = new Agreement(chain, self);
    this.divergence = new DivergenceWatch(standing);
    this.resignation = new Resignation(standing);
    this.handOver = new HandOver(standing);
    this.aliveAtNanos = now.monotonicNanos();
    this.strangerToldNanos = now.monotonicNanos();
    this.hintAgainNanos = now.monotonicNanos();
  }

  /**
   * Before the first step: this node's replica was found to differ from a majority before it was
   * started again, and has not been given another state since. It never leads.
   *
   * @param slot where it was found
   * @param agreeing who agree with each other
   */
  public void startDiverged(Slot slot, Set<MemberId> agreeing) {
    divergence.startInMinority(slot, agreeing);
    standing.diverged = true;
  }

  /** One step. */
  public List<CoordinatorEffect> on(CoordinatorInput input, Now now) {
    List<CoordinatorEffect> out = new ArrayList<>();
    if (localWriteFailed) {
      refuseAfterFailure(input, out);
      return out;
    }
    if (input instanceof CoordinatorInput.Propose propose) {
      onPropose(propose.token(), propose.entry(), now, out);
    } else if (input instanceof CoordinatorInput.Change change) {
      onChange(change, now, out);
    } else if (input instanceof CoordinatorInput.Replied replied) {
      onReplied(replied.from(), replied.reply(), now, out);
    } else if (input instanceof CoordinatorInput.Executed executed) {
      onExecuted(executed, now, out);
    } else if (input instanceof CoordinatorInput.Read read) {
      onRead(read.token(), now, out);
    } else if (input instanceof CoordinatorInput.Said said) {
      onSaid(said.from(), said.message(), now, out);
    } else if (input instanceof CoordinatorInput.Learned learned) {
      standing.learnedUpTo = Slot.max(standing.learnedUpTo, learned.slot());
      prepareIfReady(now, out);
    } else if (input instanceof CoordinatorInput.Durable durable) {
      onDurable(durable.slot(), out);
    } else if (input instanceof CoordinatorInput.AckTimeoutChanged changed) {
      standing.ackTimeoutChanged(changed.byPolicy());
    } else if (input instanceof CoordinatorInput.ConfigurationExecuted changed) {
      onConfiguration(changed, now, out);
    } else if (input instanceof CoordinatorInput.SealExecuted) {
      standing.configurations.seal();
    } else if (input instanceof CoordinatorInput.Tick) {
      onTick(now, out);
    } else if (input instanceof CoordinatorInput.Resign) {
      resignation.ask();
    } else if (input instanceof CoordinatorInput.HandOver asked) {
      onHandOver(asked.successor(), now);
    } else if (input instanceof CoordinatorInput.LocalWriteFailed) {
      onLocalWriteFailed(now, out);
    }
    if (leadership != null && leadership.removedAtNextSlot()) {
      // What it had chosen, and who shall go on: nobody need find out by silence.
      leadership.heartbeat(now, out);
      resignation.sayFarewell(leadership.ballot(), divergence.wrong(), out);
      stepDown(Ballot.BOTTOM, "it is no member from the next slot on", now, out);
    }
    if (divergence.isMinority() && !standing.diverged) {
      onDiverged(now, out);
    } else if (divergence.stopsWriting()) {
      for (WriteQueue.Waiting waiting : standing.queue.drain()) {
        disagree(waiting.token(), out);
      }
    }
    for (MemberId member : divergence.takeEqualAgain()) {
      if (leadership != null) {
        leadership.agreesAgain(member, now);
      }
    }
    resignIfDone(now, out);
    handOverIfDue(now, out);
    return out;
  }

  // ---- Divergence

  /**
   * What this node's replica makes of the log is not what the others make of it: nobody is told any
   * more of it, and another one had better lead. What the acceptor holds is not in doubt.
   */
  private void onDiverged(Now now, List<CoordinatorEffect> out) {
    standing.diverged = true;
    standing.writes.diverged(out);
    if (leadership != null) {
      resignation.sayFarewell(leadership.ballot(), divergence.wrong(), out);
      stepDown(Ballot.BOTTOM, "its replica differs from a majority", now, out);
    }
    if (campaign != null) {
      campaign = null;
      noteRole("its replica differs from a majority", now, out);
    }
  }

  /**
   * No majority of replicas agrees on what was executed: nothing more is written until one does.
   */
  private void disagree(long token, List<CoordinatorEffect> out) {
    Slot slot = standing.chain.applied().next();
    Verdict verdict = new Verdict.NotMet(Verdict.Reason.ID_DRIFT, disagreement());
    out.add(new CoordinatorEffect.NoteVerdict(slot, verdict, verdict.acks()));
    out.add(
        new CoordinatorEffect.Conclude(
            token, new Outcome.Undecided(slot, verdict, Optional.empty())));
  }

  private AckReport disagreement() {
    Configuration voting = standing.nextConfiguration();
    Set<MemberId> differing = divergence.view().members();
    List<AckReport.MemberAck> members = new ArrayList<>();
    for (MemberId member : voting.members()) {
      AckReport.State state =
          differing.contains(member) ? AckReport.State.DRIFTED : AckReport.State.SILENT;
      members.add(new AckReport.MemberAck(member.node(), state, -1));
    }
    return new AckReport(voting.n(), voting.w(), 0, voting.w(), members);
  }

  // ---- Clients

  private void onPropose(long token, BatchEntry entry, Now now, List<CoordinatorEffect> out) {
    if (leadership == null || isLeaving()) {
      refuse(token, OutcomeCode.NO_LEADER, now, out);
    } else if (divergence.stopsWriting()) {
      disagree(token, out);
    } else if (overloadedBy(entry)) {
      refuse(token, OutcomeCode.OVERLOADED, now, out);
    } else {
      long until = now.nanosAfter(standing.ackTimeout());
      standing.queue.add(new WriteQueue.Waiting(token, entry, until));
      leadership.pump(now, out);
    }
  }

  private void onChange(CoordinatorInput.Change asked, Now now, List<CoordinatorEffect> out) {
    Optional<ChangeRefusal> refusal =
        leadership == null ? Optional.empty() : leadership.refusal(asked, now);
    if (refusal.isPresent()) {
      Outcome refused = new Outcome.ChangeRefused(refusal.get());
      out.add(new CoordinatorEffect.Conclude(asked.token(), refused));
      return;
    }
    ProposedChange proposed = new ProposedChange(asked.change(), standing.configurations.number());
    BatchEntry entry = new BatchEntry.ConfigurationEntry(MembershipCodec.encode(proposed));
    onPropose(asked.token(), entry, now, out);
  }

  /** Whether it finishes what callers wait for, and takes no more. */
  private boolean isLeaving() {
    return resignation.isAsked() || handOver.isUnderWay();
  }

  private boolean overloadedBy(BatchEntry entry) {
    CoordinatorLimits limits = standing.limits;
    return standing.queue.size() + standing.writes.callers() >= limits.maxQueuedCommands()
        || (!standing.queue.isEmpty()
            && standing.queue.bytes() + entry.bytes().size() > limits.maxQueuedBytes());
  }

  private void refuse(long token, OutcomeCode code, Now now, List<CoordinatorEffect> out) {
    out.add(new CoordinatorEffect.Conclude(token, new Outcome.Refused(code, leader(now))));
  }

  private void onRead(long token, Now now, List<CoordinatorEffect> out) {
    if (leadership == null || isLeaving()) {
      out.add(new CoordinatorEffect.RefuseRead(token, OutcomeCode.NO_LEADER, leader(now)));
    } else if (leadership.waitingReads() >= standing.limits.maxWaitingReads()) {
      out.add(new CoordinatorEffect.RefuseRead(token, OutcomeCode.OVERLOADED, leader(now)));
    } else {
      leadership.read(token, now, out);
    }
  }

  // ---- Acceptors

  private void onReplied(MemberId from, AcceptorReply reply, Now now, List<CoordinatorEffect> out) {
    if (stranger(from, out)) {
      return;
    }
    if (!from.equals(standing.self)) {
      standing.peers.heard(from, now);
    }
    if (reply instanceof Accepted accepted) {
      onAccepted(from, accepted, now, out);
    } else if (reply instanceof Promised promised) {
      onPromised(from, promised, now, out);
    } else if (reply instanceof ProbeConfirmed confirmed) {
      if (leadership != null && leadership.ballot().equals(confirmed.ballot())) {
        leadership.probeConfirmed(from, confirmed.nonce(), now, out);
      }
    } else if (reply instanceof AlreadyChosen already) {
      proposal(already.ballot(), already.slot())
          .ifPresent(proposal -> proposal.tracker().rejected(from, now));
      if (leadership != null && leadership.ballot().equals(already.ballot())) {
        leadership.alreadyChosen(from, already.upTo(), now, out);
      }
    } else if (reply instanceof Rejected rejected) {
      onRejected(from, rejected, now, out);
    }
  }

  private Optional<Proposal> proposal(Ballot ballot, Slot slot) {
    if (leadership != null && leadership.ballot().equals(ballot)) {
      Proposal unchosen = leadership.unchosen(slot);
      if (unchosen != null) {
        return Optional.of(unchosen);
      }
    }
    return standing.writes.find(ballot, slot);
  }

  private void onAccepted(MemberId from, Accepted reply, Now now, List<CoordinatorEffect> out) {
    Optional<Proposal> found = proposal(reply.ballot(), reply.slot());
    if (found.isEmpty()) {
      // A tracker belongs to one (ballot, slot): this one is concluded, or was never ours.
      return;
    }
    agreement.enter(found.get(), from, reply, now, out);
    if (!from.equals(standing.self)) {
      divergence.heard(from, reply.applied(), reply.chainHash(), now, out);
    }
    if (leadership != null && leadership.ballot().equals(reply.ballot())) {
      leadership.acknowledged(reply.slot(), now, out);
    }
  }

  private void onPromised(MemberId from, Promised chunk, Now now, List<CoordinatorEffect> out) {
    if (leadership != null) {
      leadership.promised(from, chunk, now, out);
    } else if (campaign != null && campaign.promised(from, chunk, out)) {
      lead(campaign, now, out);
    }
  }

  private void onRejected(MemberId from, Rejected reply, Now now, List<CoordinatorEffect> out) {
    proposal(reply.refused(), reply.slot())
        .ifPresent(proposal -> proposal.tracker().rejected(from, now));
    seen(reply.promised(), "a higher ballot is promised at " + from, now, out);
  }

  /** Notes a ballot; whoever leads or prepares under a lower one stops. */
  private void seen(Ballot ballot, String why, Now now, List<CoordinatorEffect> out) {
    highest = Ballot.max(highest, ballot);
    if (leadership != null && leadership.ballot().isBelow(ballot)) {
      stepDown(ballot, why, now, out);
    }
    PromiseTally tally = campaign == null ? null : campaign.tally();
    if (tally != null && tally.ballot().isBelow(ballot)) {
      attemptFailed(now, out);
    }
  }

  // ---- Other coordinators

  private void onSaid(
      MemberId from, CoordinatorMessage message, Now now, List<CoordinatorEffect> out) {
    if (stranger(from, out)) {
      onStranger(from, message, now, out);
      return;
    }
    standing.peers.heard(from, now);
    if (message instanceof AskChainHash ask) {
      divergence.asked(from, ask, out);
    } else if (message instanceof ChainHashAt answer) {
      divergence.answered(from, answer, now, out);
    } else if (!(message instanceof Alive) && !standing.voters().contains(from)) {
      // A learner, as far as this one knows: if it leads, there is more to learn.
      onStranger(from, message, now, out);
    } else if (message instanceof Heartbeat heartbeat) {
      onHeartbeat(from, heartbeat, now, out);
    } else if (message instanceof Alive alive) {
      onState(from, alive.state(), now, out);
      if (leader(now).isEmpty()) {
        // Where whoever knows that this one is to lead has no vote any more, nobody else tells it.
        hasLearned(from, alive.state().learnedUpTo(), now, out);
      }
    } else if (message instanceof PrePrepare ask) {
      onPrePrepare(from, ask, now, out);
    } else if (message instanceof PrePrepared answer) {
      highest = Ballot.max(highest, answer.highest());
      if (campaign != null) {
        campaign.prePrepared(from, answer, out);
        prepareIfReady(now, out);
      }
    } else if (message instanceof Resigned farewell) {
      onResigned(from, farewell, now, out);
    }
  }

  private boolean stranger(MemberId from, List<CoordinatorEffect> out) {
    boolean stranger = !standing.members().contains(from);
    if (stranger) {
      out.add(new CoordinatorEffect.CountDropped("stranger"));
    }
    return stranger;
  }

  /**
   * Somebody who is no member as far as this one knows. It may be one of a configuration that this
   * one has not learned yet, perhaps because all whom it knows were replaced while it was away:
   * what has been learned elsewhere is fetched, and nothing else is believed. Or it is one that was
   * removed and has not heard of it: it is told that there is something to learn.
   */
  private void onStranger(
      MemberId from, CoordinatorMessage message, Now now, List<CoordinatorEffect> out) {
    Slot theirs = Slot.ZERO;
    if (message instanceof Heartbeat heartbeat) {
      theirs = heartbeat.state().learnedUpTo();
    } else if (message instanceof Alive alive) {
      theirs = alive.state().learnedUpTo();
      // It says so until it hears that a voter holds as much. Two who do not know each other must
      // not answer each other's answers without end.
      if (theirs.isAtMost(standing.learnedUpTo) && now.isAfter(strangerToldNanos)) {
        strangerToldNanos = now.nanosAfter(standing.timing.aliveInterval());
        out.add(new CoordinatorEffect.Say(from, new Alive(standing.memberState(now))));
      }
    } else if (message instanceof PrePrepare ask) {
      theirs = ask.learnedUpTo();
      boolean mayKnowMore = theirs.isAfter(standing.learnedUpTo);
      boolean hearsNoLeader = mayKnowMore && leader(now).isEmpty();
      PrePrepared answer =
          new PrePrepared(ask.nonce(), hearsNoLeader, standing.learnedUpTo, highest);
      out.add(new CoordinatorEffect.Say(from, answer));
    }
    if (leadership == null) {
      hasLearned(from, theirs, now, out);
    }
  }

  /** There is more to learn, and {@code from} has it. */
  private void hasLearned(MemberId from, Slot theirs, Now now, List<CoordinatorEffect> out) {
    boolean news = theirs.isAfter(hintedUpTo) || now.isAfter(hintAgainNanos);
    if (theirs.isAfter(standing.learnedUpTo) && news) {
      hintedUpTo = theirs;
      hintAgainNanos = now.nanosAfter(standing.timing.electionTimeout());
      out.add(new CoordinatorEffect.CatchUp(theirs, from));
    }
  }

  private void onHeartbeat(
      MemberId from, Heartbeat heartbeat, Now now, List<CoordinatorEffect> out) {
    if (!heartbeat.ballot().proposer().equals(from)) {
      out.add(new CoordinatorEffect.CountDropped("stranger"));
      return;
    }
    onState(from, heartbeat.state(), now, out);
    seen(heartbeat.ballot(), "it hears a leader with a higher ballot", now, out);
    boolean lesser = watch.hearsHigherThan(heartbeat.ballot(), now);
    if (leadership != null || lesser || preparing()) {
      return;
    }
    campaign = null;
    if (watch.hear(heartbeat.ballot(), now)) {
      noteRole("it hears a leader", now, out);
    }
    out.add(new CoordinatorEffect.TellWatermark(heartbeat.ballot(), heartbeat.chosenUpTo()));
    if (!standing.diverged) {
      // Its log is right, and its store is not.
      out.add(new CoordinatorEffect.TrimUpTo(heartbeat.trimUpTo(), heartbeat.trimAtMost()));
    }
  }

  private void onState(MemberId from, MemberState state, Now now, List<CoordinatorEffect> out) {
    standing.peers.said(from, state);
    out.add(new CoordinatorEffect.NoteSkew(from, state.wallMillis() - now.wallMillis()));
    agreement.compare(from, state, out);
    divergence.heard(from, state.applied(), state.chainHash(), now, out);
  }

  private void onPrePrepare(MemberId from, PrePrepare ask, Now now, List<CoordinatorEffect> out) {
    boolean hearsNoLeader = leader(now).isEmpty();
    if (hearsNoLeader && campaign == null) {
      watch.standBack(now);
    }
    PrePrepared answer = new PrePrepared(ask.nonce(), hearsNoLeader, standing.learnedUpTo, highest);
    out.add(new CoordinatorEffect.Say(from, answer));
  }

  private void onResigned(MemberId from, Resigned farewell, Now now, List<CoordinatorEffect> out) {
    if (watch.resigns(from, farewell.ballot(), farewell.successor(), now)) {
      noteRole("the leader has resigned", now, out);
    }
  }

  // ---- This node's replica

  private void onExecuted(
      CoordinatorInput.Executed executed, Now now, List<CoordinatorEffect> out) {
    standing.learnedUpTo = Slot.max(standing.learnedUpTo, executed.slot());
    standing.chain.executed(executed.slot(), executed.chainHash());
    divergence.executed(executed.slot(), now, out);
    if (divergence.isMinority()) {
      return;
    }
    // Whose deadline has passed is told the verdict of that moment, though its write has become
    // chosen since by what came too late: no answer says committed with fewer acknowledgements
    // than w.
    standing.writes.tick(now, out);
    standing.writes.executed(executed.slot(), executed.batch(), executed.results(), out);
    if (leadership != null) {
      leadership.pump(now, out);
    }
  }

  private void onConfiguration(
      CoordinatorInput.ConfigurationExecuted changed, Now now, List<CoordinatorEffect> out) {
    Slot effect = standing.configurations.applied(changed.slot(), changed.changed());
    if (standing.refreshMembers()) {
      out.add(new CoordinatorEffect.MembersAre(standing.voters(), standing.members()));
    }
    if (leadership != null) {
      leadership.fillUpTo(effect, now, out);
    }
  }

  private void onDurable(Slot slot, List<CoordinatorEffect> out) {
    standing.durableUpTo = Slot.max(standing.durableUpTo, slot);
    standing.learnedUpTo = Slot.max(standing.learnedUpTo, slot);
    // A leader may have proposed less than this one has learned elsewhere by now.
    standing.configurations.forgetBelow(
        leadership == null
            ? standing.durableUpTo
            : Slot.min(standing.durableUpTo, leadership.chosenUpTo()));
    if (standing.refreshMembers()) {
      standing.peers.retain(standing.members());
      divergence.retain(standing.members());
      out.add(new CoordinatorEffect.MembersAre(standing.voters(), standing.members()));
    }
  }

  private void onLocalWriteFailed(Now now, List<CoordinatorEffect> out) {
    standing.writes.localWriteFailed(now, out);
    stepDown(Ballot.BOTTOM, "the local disk failed", now, out);
    campaign = null;
    localWriteFailed = true;
  }

  private void refuseAfterFailure(CoordinatorInput input, List<CoordinatorEffect> out) {
    Outcome refused = new Outcome.Refused(OutcomeCode.NO_LEADER, Optional.empty());
    if (input instanceof CoordinatorInput.Propose propose) {
      out.add(new CoordinatorEffect.Conclude(propose.token(), refused));
    } else if (input instanceof CoordinatorInput.Change change) {
      out.add(new CoordinatorEffect.Conclude(change.token(), refused));
    } else if (input instanceof CoordinatorInput.Read read) {
      out.add(
          new CoordinatorEffect.RefuseRead(read.token(), OutcomeCode.NO_LEADER, Optional.empty()));
    } else if (input instanceof CoordinatorInput.Resign) {
      out.add(new CoordinatorEffect.ResignDone());
    }
  }

  // ---- Time

  private void onTick(Now now, List<CoordinatorEffect> out) {
    divergence.tick(now, out);
    if (leadership != null) {
      leadership.tick(now, out);
      if (leadership.deaf(now)) {
        stepDown(Ballot.BOTTOM, "it hears fewer than w members", now, out);
      } else if (leadership.stalled(now)) {
        stepDown(Ballot.BOTTOM, "it cannot fetch what others had learned", now, out);
      }
    } else {
      tickWithoutLeading(now, out);
    }
    // Never proposed, so it has no effect; and nobody shall wait longer for a place than for a
    // verdict.
    for (WriteQueue.Waiting overdue : standing.queue.takeOverdue(now)) {
      refuse(overdue.token(), OutcomeCode.OVERLOADED, now, out);
    }
    standing.writes.tick(now, out);
  }

  private void tickWithoutLeading(Now now, List<CoordinatorEffect> out) {
    if (now.monotonicNanos() - aliveAtNanos >= 0) {
      aliveAtNanos = now.nanosAfter(standing.timing.aliveInterval());
      sayAlive(now, out);
    }
    if (watch.fallsSilent(now)) {
      noteRole("the leader has fallen silent", now, out);
    }
    if (campaign != null) {
      campaign.tick(now, out);
      if (campaign.isOver(now)) {
        attemptFailed(now, out);
      }
    } else if (mayLead() && watch.attemptIsDue(now)) {
      campaign = new Campaign(standing, now, out);
      noteRole("it tries to lead", now, out);
      prepareIfReady(now, out);
    }
  }

  /**
   * Who takes part no more says how far it has learned until one who votes has learned as much:
   * perhaps nobody else knows that they vote. Who never took part has nothing to say.
   */
  private void sayAlive(Now now, List<CoordinatorEffect> out) {
    boolean known = standing.learnedUpTo.isAfter(Slot.ZERO) && !standing.isHandedOver();
    if (standing.members().contains(standing.self) || known) {
      Alive alive = new Alive(standing.memberState(now));
      standing.others().forEach(other -> out.add(new CoordinatorEffect.Say(other, alive)));
    }
  }

  private boolean mayLead() {
    return !resignation.isAsked()
        && !divergence.isMinority()
        && standing.nextConfiguration().contains(standing.self);
  }

  /**
   * Whether this member has asked for promises: then a heartbeat of a lower ballot is no leader any
   * more.
   */
  private boolean preparing() {
    return campaign != null && campaign.tally() != null;
  }

  // ---- Roles

  private void prepareIfReady(Now now, List<CoordinatorEffect> out) {
    if (campaign != null && campaign.mayPrepare()) {
      Ballot ballot = new Ballot(highest.round() + 1, standing.self);
      highest = ballot;
      campaign.prepare(ballot, now, out);
    }
  }

  private void lead(Campaign won, Now now, List<CoordinatorEffect> out) {
    PromiseTally tally = won.tally();
    if (tally == null) {
      throw new IllegalStateException("a campaign without promises was won");
    }
    campaign = null;
    watch.leads();
    Leadership begun = new Leadership(standing, tally, now);
    leadership = begun;
    noteRole("it holds the promises for ballot " + tally.ballot(), now, out);
    begun.begin(now, out);
  }

  private void attemptFailed(Now now, List<CoordinatorEffect> out) {
    campaign = null;
    watch.attemptFailed();
    noteRole("its attempt to lead failed", now, out);
  }

  private void stepDown(Ballot by, String why, Now now, List<CoordinatorEffect> out) {
    Leadership ended = leadership;
    if (ended == null) {
      return;
    }
    leadership = null;
    handOver.end();
    out.add(new CoordinatorEffect.LeadsNoMore());
    watch.steppedDown(now);
    if (by.isAbove(ended.ballot())) {
      standing.writes.preempted(ended.ballot(), by);
    }
    for (WriteQueue.Waiting waiting : standing.queue.drain()) {
      refuse(waiting.token(), OutcomeCode.NO_LEADER, now, out);
    }
    for (long token : ended.abandonReads()) {
      out.add(new CoordinatorEffect.RefuseRead(token, OutcomeCode.NO_LEADER, leader(now)));
    }
    noteRole(why, now, out);
  }

  private void resignIfDone(Now now, List<CoordinatorEffect> out) {
    if (!resignation.takeDue()) {
      return;
    }
    if (leadership != null) {
      resignation.sayFarewell(leadership.ballot(), divergence.wrong(), out);
      stepDown(Ballot.BOTTOM, "it is asked to stop", now, out);
    }
    campaign = null;
    out.add(new CoordinatorEffect.ResignDone());
  }

  private void onHandOver(MemberId successor, Now now) {
    if (leadership != null && !isLeaving() && canLead(successor, leadership, now)) {
      handOver.begin(successor, now);
    }
  }

  private boolean canLead(MemberId successor, Leadership after, Now now) {
    return after.mayPassTo(successor, now) && !divergence.wrong().contains(successor);
  }

  private void handOverIfDue(Now now, List<CoordinatorEffect> out) {
    Leadership ending = leadership;
    if (ending == null || !handOver.isUnderWay()) {
      return;
    }
    Optional<MemberId> next =
        handOver.due(ending.waitingReads(), member -> canLead(member, ending, now), now);
    if (next.isEmpty()) {
      return;
    }
    // What it had chosen, so that the successor has it before it is asked for more.
    ending.heartbeat(now, out);
    resignation.sayFarewell(ending.ballot(), next.get(), out);
    stepDown(Ballot.BOTTOM, "it lets " + next.get() + " lead", now, out);
  }

  private void noteRole(String why, Now now, List<CoordinatorEffect> out) {
    out.add(new CoordinatorEffect.NoteRole(role(), leader(now), why));
  }

  // ---- What others may see

  public Role role() {
    if (leadership != null) {
      return Role.LEADING;
    }
    return campaign != null ? Role.PREPARING : Role.FOLLOWING;
  }

  /** The leader that this member hears, itself included. */
  public Optional<MemberId> leader(Now now) {
    return leadership != null ? Optional.of(standing.self) : watch.heard(now);
  }

  /** The last slot that this node has executed. */
  public Slot executed() {
    return standing.chain.applied();
  }

  /** The chain hash at a slot; absent where it is not executed yet or no longer remembered. */
  public Optional<Digest> chainAt(Slot slot) {
    return Optional.ofNullable(standing.chain.at(slot));
  }

  /** Who takes part, as far as this member knows, and how far they are. */
  public MembershipView membership(Now now) {
    return MembershipView.of(leader(now), standing, leadership, now);
  }

  /** Proposals that wait for a slot. */
  public int queued() {
    return standing.queue.size();
  }

  /** Bytes of those. */
  public long queuedBytes() {
    return standing.queue.bytes();
  }

  /** Callers whose proposals are not concluded. */
  public int callersInFlight() {
    return standing.writes.callers();
  }

  /** What a status page shows. */
  public CoordinatorView view(Now now) {
    return CoordinatorView.of(
        role(), leader(now), highest, standing, leadership, divergence.view(), now);
  }
}
