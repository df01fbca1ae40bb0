package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorReply.Promised;
import io.holdfast.acceptor.core.AcceptorRequest.Prepare;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.CoordinatorMessage.Heartbeat;
import io.holdfast.quorum.core.WriteQueue.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a member does while its ballot is promised: finish what earlier leaders left open, then
 * place commands (Paxos Made Simple, section 3). Phase 2 only; a window of slots is in flight at
 * once.
 */
final class Leadership {

  private final Standing standing;
  private final PromiseTally tally;
  private final ReadProbes reads;
  private final long sinceNanos;

  /** Proposed under this ballot and not known chosen; at most a window of them. */
  private final TreeMap<Slot, Proposal> unchosen = new TreeMap<>();

  private Slot chosenUpTo;
  private Slot nextSlot;
  private Slot fillUpTo;

  /** Others have learned up to here; this member must fetch what lies between. */
  private Slot fetchUpTo = Slot.ZERO;

  private Slot fetchedUpTo;
  private long fetchedAtNanos;
  private long heartbeatAtNanos;

  /** What was chosen a while ago: who has learned that much keeps up. */
  private Slot chosenAWhileAgo;

  private Slot chosenAtMark;
  private long markAtNanos;
  private long prepareAtNanos;
  private Duration prepareDelay;

  Leadership(Standing standing, PromiseTally tally, Now now) {
    this.standing = standing;
    this.tally = tally;
    this.reads = new ReadProbes(tally.ballot(), standing.self, standing.random.nextLong());
    this.sinceNanos = now.monotonicNanos();
    this.heartbeatAtNanos = now.monotonicNanos();
    this.prepareDelay = standing.timing.resendInitial();
    this.prepareAtNanos = now.nanosAfter(prepareDelay);
    this.chosenUpTo = standing.learnedUpTo;
    this.nextSlot = chosenUpTo.next();
    this.chosenAWhileAgo = chosenUpTo;
    this.chosenAtMark = chosenUpTo;
    this.markAtNanos = now.nanosAfter(standing.timing.electionTimeout());
    this.fillUpTo = standing.configurations.lastEffect();
    this.fetchedUpTo = standing.learnedUpTo;
    this.fetchedAtNanos = now.monotonicNanos();
  }

  Ballot ballot() {
    return tally.ballot();
  }

  Slot chosenUpTo() {
    return chosenUpTo;
  }

  int waitingReads() {
    return reads.size();
  }

  /** First step: take over what promises say, and let everyone know. */
  void begin(Now now, List<CoordinatorEffect> out) {
    learnedElsewhere(out);
    tick(now, out);
  }

  /**
   * The slots up to which somebody has learned are chosen; fetch them rather than propose in them.
   */
  private void learnedElsewhere(List<CoordinatorEffect> out) {
    MemberId learner = tally.learner();
    if (learner != null) {
      chosenElsewhere(tally.learnedUpTo(), learner, out);
    }
  }

  private void chosenElsewhere(Slot upTo, MemberId learner, List<CoordinatorEffect> out) {
    if (upTo.isAfter(chosenUpTo)) {
      chosenUpTo = upTo;
      nextSlot = Slot.max(nextSlot, upTo.next());
      fetchUpTo = upTo;
      unchosen.headMap(upTo, true).clear();
      out.add(new CoordinatorEffect.CatchUp(upTo, learner));
      // Later slots may have been chosen out of order; no more acknowledgements need come for them.
      advance(out);
    }
    tally.proposed(nextSlot.previous());
  }

  /** Proposes what can be proposed now, and asks what can be asked for reads. */
  void pump(Now now, List<CoordinatorEffect> out) {
    proposeAll(now, out);
    startProbe(now, out);
  }

  private void proposeAll(Now now, List<CoordinatorEffect> out) {
    while (mayPropose()) {
      AcceptedPair obliged = tally.obliged(nextSlot);
      if (obliged != null) {
        propose(obliged.batch(), List.of(), now, out);
      } else if (nextSlot.isAtMost(tally.lastOpenSlot())) {
        propose(Batch.NO_OP, List.of(), now, out);
      } else if (gathered(now)) {
        proposeQueued(now, out);
      } else if (nextSlot.isAtMost(fillUpTo)) {
        propose(Batch.NO_OP, List.of(), now, out);
      } else {
        return;
      }
    }
  }

  private boolean mayPropose() {
    if (nextSlot.number() - chosenUpTo.number() > standing.limits.window()) {
      return false;
    }
    // ConfigurationBySlot: slot s + alpha only after s is applied.
    if (nextSlot.isAfter(standing.configurations.proposableUpTo(standing.chain.applied()))) {
      return false;
    }
    Configuration configuration = standing.configurations.at(nextSlot);
    return configuration.promisedBy(tally.promisers(), standing.self);
  }

  /**
   * Whether this node's leadership ends at the next slot: it is no member of that slot's
   * configuration, and has nothing left to finish.
   */
  boolean removedAtNextSlot() {
    return unchosen.isEmpty() && !standing.configurations.at(nextSlot).contains(standing.self);
  }

  /**
   * Whether what waits shall be proposed now. Commands gather while earlier slots are in flight,
   * but not behind a slot that makes no progress: each has a verdict of its own to come.
   */
  private boolean gathered(Now now) {
    WriteQueue queue = standing.queue;
    if (queue.isEmpty()) {
      return false;
    }
    return unchosen.isEmpty()
        || !unchosen.firstEntry().getValue().isFresh(now)
        || queue.size() >= standing.limits.pipelineMinCommands()
        || queue.bytes() >= standing.limits.batchMaxBytes() / 2;
  }

  private void proposeQueued(Now now, List<CoordinatorEffect> out) {
    List<Waiting> batch = standing.queue.takeBatch(standing.limits);
    List<BatchEntry> entries = new ArrayList<>(batch.size());
    List<Long> tokens = new ArrayList<>(batch.size());
    for (Waiting waiting : batch) {
      entries.add(waiting.entry());
      tokens.add(waiting.token());
    }
    propose(BatchFormat.encode(entries), tokens, now, out);
  }

  private void propose(Batch batch, List<Long> tokens, Now now, List<CoordinatorEffect> out) {
    Slot slot = nextSlot;
    Configuration configuration = standing.configurations.at(slot);
    Duration ackTimeout = standing.ackTimeout();
    AckTracker tracker =
        new AckTracker(ballot(), slot, configuration, standing.self, now, ackTimeout);
    Proposal proposal = new Proposal(tracker, batch, tokens, now, standing.timing.resendInitial());
    standing.writes.add(proposal);
    unchosen.put(slot, proposal);
    nextSlot = slot.next();
    tally.proposed(slot);
    sendAccepts(proposal, out);
  }

  private void sendAccepts(Proposal proposal, List<CoordinatorEffect> out) {
    for (MemberId member : proposal.tracker().configuration().members()) {
      if (proposal.tracker().awaits(member)) {
        out.add(new CoordinatorEffect.AskAcceptor(member, proposal.accept(chosenUpTo)));
      }
    }
  }

  /** A promise that came after leadership began: it counts for slots that were not proposed yet. */
  void promised(MemberId from, Promised chunk, Now now, List<CoordinatorEffect> out) {
    if (tally.add(from, chunk)) {
      learnedElsewhere(out);
      pump(now, out);
    }
  }

  /** The proposal in {@code slot}, while it is not known chosen. */
  @Nullable Proposal unchosen(Slot slot) {
    return unchosen.get(slot);
  }

  /** The acknowledgements of {@code slot} have changed. */
  void acknowledged(Slot slot, Now now, List<CoordinatorEffect> out) {
    Proposal proposal = unchosen.get(slot);
    if (proposal != null && proposal.tracker().chosen()) {
      proposal.releaseBatch();
      if (slot.equals(chosenUpTo.next())) {
        advance(out);
        pump(now, out);
      }
    }
  }

  /** What a member answered while its state was another one is not held against it any more. */
  void agreesAgain(MemberId member, Now now) {
    unchosen.values().forEach(proposal -> proposal.agreesAgain(member, now));
  }

  private void advance(List<CoordinatorEffect> out) {
    Slot slot = chosenUpTo.next();
    for (Proposal next = unchosen.get(slot);
        next != null && next.isChosen();
        next = unchosen.get(slot)) {
      unchosen.remove(slot);
      chosenUpTo = slot;
      slot = slot.next();
    }
    out.add(new CoordinatorEffect.TellWatermark(ballot(), chosenUpTo));
  }

  /** An acceptor has forgotten a slot because it is chosen: so is everything up to {@code upTo}. */
  void alreadyChosen(MemberId from, Slot upTo, Now now, List<CoordinatorEffect> out) {
    chosenElsewhere(upTo, from, out);
    pump(now, out);
  }

  void read(long token, Now now, List<CoordinatorEffect> out) {
    reads.arrived(token);
    startProbe(now, out);
  }

  void probeConfirmed(MemberId from, long nonce, Now now, List<CoordinatorEffect> out) {
    reads.confirmed(from, nonce, out);
    startProbe(now, out);
  }

  private void startProbe(Now now, List<CoordinatorEffect> out) {
    if (recovered()) {
      Configuration next = standing.configurations.at(chosenUpTo.next());
      reads.start(chosenUpTo, next, now, standing.timing, out);
    }
  }

  /**
   * Whether every slot that an earlier leader may have had chosen is chosen, and the voters of the
   * slot after the read index are known and have promised. Then whatever was committed above the
   * index was committed by a later leader, and that one needed a promise from the very members that
   * a probe asks. With the voters of any other slot it would not follow: a change of configuration
   * between the two lets disjoint members vote.
   */
  private boolean recovered() {
    Slot next = chosenUpTo.next();
    return tally.lastOpenSlot().isAtMost(chosenUpTo)
        && next.isAtMost(standing.configurations.proposableUpTo(standing.chain.applied()))
        && standing.configurations.at(next).promisedBy(tally.promisers(), standing.self);
  }

  /** Reads that will not be answered by this leadership. */
  List<Long> abandonReads() {
    return reads.drain();
  }

  /**
   * A change of configuration was executed: reach the slot from which it governs, with no-ops if
   * need be.
   */
  void fillUpTo(Slot effect, Now now, List<CoordinatorEffect> out) {
    fillUpTo = Slot.max(fillUpTo, effect);
    prepareMissing(now, out);
    pump(now, out);
  }

  /** What this leader has against a change of membership. */
  Optional<ChangeRefusal> refusal(CoordinatorInput.Change asked, Now now) {
    long number = standing.configurations.number();
    if (asked.expected().orElse(number) != number) {
      return Optional.of(Membership.changed(asked.expected().getAsLong(), number));
    }
    ChangeCheck check =
        new ChangeCheck(
            member -> isHeard(member, now),
            this::keepsUp,
            member ->
                Math.max(
                    0, chosenUpTo.number() - standing.peers.state(member).learnedUpTo().number()));
    return check.refusal(asked.change(), standing.configurations, nextSlot);
  }

  private boolean isHeard(MemberId member, Now now) {
    return member.equals(standing.self)
        || standing.peers.heardWithin(member, twoElectionTimeouts(), now);
  }

  private boolean keepsUp(MemberId member) {
    return member.equals(standing.self)
        || chosenAWhileAgo.isAtMost(standing.peers.state(member).learnedUpTo());
  }

  private Duration twoElectionTimeouts() {
    return standing.timing.electionTimeout().multipliedBy(2);
  }

  /**
   * Whether another member can be left to lead: this one has led for as long as it takes to elect a
   * leader twice over, with nothing left open by those before, and who votes does not change.
   */
  boolean mayPassTo(MemberId successor, Now now) {
    ConfigurationLog configurations = standing.configurations;
    return now.nanosSince(sinceNanos) > twoElectionTimeouts().toNanos()
        && recovered()
        && configurations.lastEffect().isAtMost(nextSlot)
        && !successor.equals(standing.self)
        && configurations.newest().contains(successor)
        && isHeard(successor, now)
        && keepsUp(successor);
  }

  /**
   * Whether too few members have been heard for as long as a new leader needs to be elected twice
   * over.
   */
  boolean deaf(Now now) {
    Duration patience = twoElectionTimeouts();
    Configuration configuration = standing.configurations.at(nextSlot);
    return now.nanosSince(sinceNanos) > patience.toNanos()
        && standing.peers.heardOf(configuration, standing.self, patience, now) < configuration.w();
  }

  /**
   * Whether what others had learned is not to be had: whoever had learned it has lost it since. It
   * still holds it as accepted, so a new prepare brings it back.
   */
  boolean stalled(Now now) {
    return standing.learnedUpTo.number() < fetchUpTo.number()
        && now.nanosSince(fetchedAtNanos) > twoElectionTimeouts().toNanos();
  }

  void tick(Now now, List<CoordinatorEffect> out) {
    if (standing.learnedUpTo.isAfter(fetchedUpTo) || fetchUpTo.isAtMost(standing.learnedUpTo)) {
      fetchedUpTo = standing.learnedUpTo;
      fetchedAtNanos = now.monotonicNanos();
    }
    if (now.monotonicNanos() - heartbeatAtNanos >= 0) {
      heartbeatAtNanos = now.nanosAfter(standing.timing.heartbeatInterval());
      heartbeat(now, out);
    }
    if (now.monotonicNanos() - markAtNanos >= 0) {
      markAtNanos = now.nanosAfter(standing.timing.electionTimeout());
      chosenAWhileAgo = chosenAtMark;
      chosenAtMark = chosenUpTo;
    }
    for (Proposal proposal : unchosen.values()) {
      if (!proposal.isChosen() && proposal.resendDue(now)) {
        proposal.resent(now, standing.timing.resendMax());
        sendAccepts(proposal, out);
      }
    }
    if (now.isAfter(prepareAtNanos)) {
      prepareMissing(now, out);
    }
    proposeAll(now, out);
    reads.tick(now, standing.timing, out);
  }

  /** Tells everyone what is chosen. */
  void heartbeat(Now now, List<CoordinatorEffect> out) {
    Slot trimUpTo = standing.trimUpTo(now);
    Slot trimAtMost = standing.trimAtMost();
    Heartbeat heartbeat =
        new Heartbeat(ballot(), chosenUpTo, trimUpTo, trimAtMost, standing.memberState(now));
    for (MemberId other : standing.others()) {
      out.add(new CoordinatorEffect.Say(other, heartbeat));
    }
    out.add(new CoordinatorEffect.TellWatermark(ballot(), chosenUpTo));
    out.add(new CoordinatorEffect.TrimUpTo(trimUpTo, trimAtMost));
    out.add(
        new CoordinatorEffect.Leads(
            standing.peers.lowestClock(
                standing.configurations.at(nextSlot),
                standing.self,
                standing.timing.electionTimeout(),
                now)));
  }

  /**
   * Members that have not promised are asked again for as long as this node leads: reads and later
   * slots need them.
   */
  private void prepareMissing(Now now, List<CoordinatorEffect> out) {
    Duration doubled = prepareDelay.multipliedBy(2);
    Duration max = standing.timing.resendMax();
    prepareDelay = doubled.compareTo(max) > 0 ? max : doubled;
    prepareAtNanos = now.nanosAfter(prepareDelay);
    for (MemberId member : standing.configurations.votersFrom(nextSlot)) {
      if (!tally.promisers().contains(member)) {
        Prepare prepare = new Prepare(ballot(), tally.fromSlot());
        out.add(new CoordinatorEffect.AskAcceptor(member, prepare));
      }
    }
  }
}
