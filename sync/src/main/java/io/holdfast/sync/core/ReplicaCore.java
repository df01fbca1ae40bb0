package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.config.core.control.PoolsInUse;
import io.holdfast.sync.core.reservation.PoolUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cache-owner: has a {@link Learner} say which batches are chosen, applies them in order,
 * flushes what changed, and answers reads and lagging peers.
 */
public final class ReplicaCore {

  /** Results that one step hands on, about; what is learned beyond that waits for the next. */
  private static final long MAX_RESULT_BYTES_A_STEP = 16L << 20;

  private final ReplicaSettings settings;
  private final StateMachine machine;
  private final Learner learner;
  private final SnapshotServer server;
  private final SnapshotReceiver receiver;
  private final StoreDesk store;
  private final Admission admission;
  private final Reads reads;
  private final Watches watches;
  private final Housekeeping housekeeping;
  private final MemberId self;
  private final EvidenceGiver evidence;
  private final DivergedReplica diverged;
  private final LiveLoad live = new LiveLoad();

  private Slot durable;
  private @Nullable ReplicaDelta flushing;
  private long flushingBytes;
  private long resultBytes;
  private boolean unflushed;
  private @Nullable Now caughtUp;
  private long unflushedSinceNanos;

  private ReplicaCore(
      MemberId self,
      List<MemberId> members,
      ReplicaSettings settings,
      RestoredState stored,
      CacheRules rules) {
    this.settings = settings;
    this.machine = StateMachine.restore(stored, rules);
    CatchUpRate rate = new CatchUpRate(settings, live);
    this.learner = new Learner(self, members, settings, machine.applied(), rate);
    this.server = new SnapshotServer(settings.snapshots(), rate);
    this.receiver = new SnapshotReceiver(settings);
    ReplicatedState state = machine.parts();
    this.store = new StoreDesk(settings.serving().maxStoreQuestions());
    ControlGate gate = new ControlGate(state);
    this.admission = new Admission(state, settings.serving(), store, gate);
    this.reads = new Reads(state, settings, store, gate, machine::applied);
    this.watches = new Watches(state, settings.serving(), store, gate);
    this.housekeeping = new Housekeeping(state, settings.serving());
    this.self = self;
    this.evidence =
        new EvidenceGiver(self, state, settings.serving().housekeepingPause(), machine.applied());
    this.diverged = new DivergedReplica(settings, server, receiver);
    this.durable = machine.applied();
  }

  /**
   * A replica that goes on from what its store holds. Nothing above that is learned until a leader
   * or a candidate says so.
   *
   * @param self this member
   * @param members the group's members
   * @param settings bounds and waits
   * @param stored what the store holds; used up by this
   */
  public static ReplicaCore restore(
      MemberId self, List<MemberId> members, ReplicaSettings settings, RestoredState stored) {
    return restore(self, members, settings, stored, CacheRules.PROTOCOL);
  }

  /** The same by other rules than the protocol's: for simulations, which break them. */
  public static ReplicaCore restore(
      MemberId self,
      List<MemberId> members,
      ReplicaSettings settings,
      RestoredState stored,
      CacheRules rules) {
    return new ReplicaCore(self, members, settings, stored, rules);
  }

  /** What to tell the neighbours before the first input. */
  public List<ReplicaEffect> start() {
    return List.of(
        new ReplicaEffect.Resumed(durable, machine.chainHash()),
        new ReplicaEffect.AckTimeoutIs(ackTimeout(machine.parts().control())));
  }

  /**
   * The same of a replica that was found to differ from a majority before it was started again, and
   * has been given no other state since: it serves nothing until it has.
   *
   * @param known what {@link ReplicaEffect.MarkDiverged} has said
   */
  public List<ReplicaEffect> startDiverged(Divergence known) {
    diverged.startsWith(known);
    return start();
  }

  /** One step. The effects are to be carried out in their order. */
  public List<ReplicaEffect> on(ReplicaInput input, Now now) {
    List<ReplicaEffect> effects = new ArrayList<>();
    if (receiver.isComplete()) {
      // What were flushed or told from here on would be ahead of the store that takes the place of
      // this one's.
      return effects;
    }
    if (input instanceof ReplicaInput.Diverged || diverged.divergence() != null) {
      takeDiverged(input, now, effects);
      return effects;
    }
    Slot learnedBefore = learner.learned();
    resultBytes = 0;
    take(input, now, effects);
    if (receiver.isComplete()) {
      return effects;
    }
    int beforeApplied = effects.size();
    boolean more = true;
    while (more) {
      learner.learnAccepted();
      more = applyLearned(effects, now);
    }
    if (learner.learned().isAfter(learnedBefore)) {
      effects.add(beforeApplied, new ReplicaEffect.LearnedUpTo(learner.learned()));
      if (learner.unstick()) {
        effects.add(new ReplicaEffect.Unstuck());
        receiver.cancel();
      }
    }
    reads.advance(now, effects);
    flushIfDue(effects, now);
    catchUp(effects, now);
    if (caughtUp == null || behind() == 0) {
      caughtUp = now;
    }
    return effects;
  }

  private void giveEvidence(Now now, List<ReplicaEffect> effects) {
    evidence
        .tick(machine.applied(), durable, now)
        .ifPresent(
            given -> {
              if (housekeeping.isLeading()) {
                housekeeping.heard(self, given, now, effects);
              } else {
                learner
                    .leader()
                    .ifPresent(leader -> effects.add(new ReplicaEffect.Send(leader, given)));
              }
            });
  }

  /** By the log while any member has it, else by a snapshot. */
  private void catchUp(List<ReplicaEffect> effects, Now now) {
    if (!receiver.isActive()) {
      learner.fetchIfMissing(isFlushDue(now) && !isRecorded(), effects, now);
      if (learner.needsSnapshot()) {
        learner.awaitsSnapshot();
        receiver.begin(learner.others(), learner.learned(), effects);
      }
    }
  }

  private void take(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (machine.parts().isSealed()) {
      takeSealed(input, now, effects);
    } else {
      takeOpen(input, now, effects);
    }
  }

  private void takeOpen(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.Flushed flushed) {
      onFlushed(flushed.durable(), effects);
    } else if (input instanceof ReplicaInput.Admit admit) {
      admission.admit(admit.token(), admit.write(), admit.caller(), now, effects);
    } else if (input instanceof ReplicaInput.Query query) {
      reads.on(query, query.token(), query.readIndex(), now, effects);
    } else if (input instanceof ReplicaInput.LookupWrite lookup) {
      reads.on(lookup, lookup.token(), lookup.readIndex(), now, effects);
    } else if (input instanceof ReplicaInput.NextChanges next) {
      watches.on(next, now, effects);
    } else if (input instanceof ReplicaInput.StoreAnswered answered) {
      store.answered(answered, now, effects);
    } else if (input instanceof ReplicaInput.Leads leads) {
      housekeeping.leads(leads.lowestClockMillis(), now);
    } else if (input instanceof ReplicaInput.LeadsNoMore) {
      housekeeping.leadsNoMore();
    } else if (input instanceof ReplicaInput.EvidenceHeard heard) {
      housekeeping.heard(heard.from(), heard.given(), now, effects);
    } else if (input instanceof ReplicaInput.Undecided undecided) {
      server.undecided(undecided.is(), effects);
    } else if (input instanceof ReplicaInput.Tick) {
      admission.tick(now);
      watches.tick(now, effects);
      housekeeping.tick(now, effects);
      giveEvidence(now, effects);
      server.tick(now, effects);
      receiver.tick(now, effects);
      learner.on(input, now, effects);
    } else if (input instanceof ReplicaInput.AboutSnapshot about) {
      onMessage(about.from(), about.message(), now, effects);
    } else if (input instanceof ReplicaInput.SnapshotWorked worked) {
      onWorked(worked.result(), now, effects);
    } else {
      learner.on(input, now, effects);
    }
  }

  /** NothingAfterSeal: the log is learned, executed and given to peers, and nobody is served. */
  private void takeSealed(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.StoreAnswered answered) {
      refuseAnswers(answered, ClosedDesk.SEALED, now, effects);
    } else if (!ClosedDesk.SEALED.refuses(input, effects)) {
      takeOpen(input, now, effects);
    }
  }

  private void refuseWaiting(ClosedDesk closed, List<ReplicaEffect> effects) {
    reads.refuseAll(closed.read(), effects);
    watches.refuseAll(closed.read(), effects);
  }

  /** The store answers what was asked before nobody was served any more. */
  private void refuseAnswers(
      ReplicaInput.StoreAnswered answered,
      ClosedDesk closed,
      Now now,
      List<ReplicaEffect> effects) {
    List<ReplicaEffect> answers = new ArrayList<>();
    store.answered(answered, now, answers);
    watches.refuseAll(closed.read(), answers);
    answers.forEach(answer -> effects.add(closed.insteadOf(answer)));
  }

  /** Nothing is served, learned, executed or flushed any more. */
  private void takeDiverged(ReplicaInput input, Now now, List<ReplicaEffect> effects) {
    if (input instanceof ReplicaInput.Diverged found) {
      diverged.found(found.divergence(), effects);
      refuseWaiting(ClosedDesk.DIVERGED, effects);
      housekeeping.leadsNoMore();
    } else if (ClosedDesk.DIVERGED.refuses(input, effects)) {
      return;
    } else if (input instanceof ReplicaInput.StoreAnswered answered) {
      refuseAnswers(answered, ClosedDesk.DIVERGED, now, effects);
    } else if (input instanceof ReplicaInput.Flushed
        || input instanceof ReplicaInput.LeadsNoMore
        || input instanceof ReplicaInput.AboutSnapshot
        || input instanceof ReplicaInput.SnapshotWorked) {
      take(input, now, effects);
    } else if (input instanceof ReplicaInput.Tick) {
      receiver.tick(now, effects);
      learner.on(input, now, effects);
      diverged.tick(machine.applied(), now, effects);
    } else if (input instanceof ReplicaInput.FetchRequested
        || input instanceof ReplicaInput.LogRead
        || input instanceof ReplicaInput.ChosenRecorded
        || input instanceof ReplicaInput.MembersChanged) {
      learner.on(input, now, effects);
    }
  }

  private void onMessage(
      MemberId from, SnapshotMessage message, Now now, List<ReplicaEffect> effects) {
    if (message instanceof SnapshotMessage.Ask ask) {
      server.asked(from, ask, durable, now, effects);
    } else if (message instanceof SnapshotMessage.AskChunk ask) {
      server.asked(from, ask, now, effects);
    } else {
      receiver.heard(from, message, now, effects);
    }
  }

  private void onWorked(SnapshotResult result, Now now, List<ReplicaEffect> effects) {
    if (result instanceof SnapshotResult.Opened opened) {
      server.opened(opened, effects);
    } else if (result instanceof SnapshotResult.ChunkRead read) {
      server.read(read, now, effects);
    } else {
      receiver.worked(result, learner.learned(), now, effects);
    }
  }

  private static Optional<Duration> ackTimeout(ControlState control) {
    return control.set().policy().flatMap(PolicyManifest::ackTimeout);
  }

  // ---- Applying and flushing

  /** Applies what is learned until none is left or too much is unflushed; whether it did any. */
  private boolean applyLearned(List<ReplicaEffect> effects, Now now) {
    boolean any = false;
    while (resultBytes <= MAX_RESULT_BYTES_A_STEP
        && machine.unflushedBytes() + flushingBytes <= settings.maxUnflushedBytes()) {
      Optional<AcceptedPair> next = learner.takeToApply();
      if (next.isEmpty()) {
        break;
      }
      AcceptedPair pair = next.orElseThrow();
      long revisionBefore = machine.revision();
      ControlState controlBefore = machine.parts().control();
      long generation = machine.parts().cache().generation();
      ApplyResult result = machine.apply(pair.slot(), pair.batch());
      effects.add(
          new ReplicaEffect.Applied(
              result.slot(),
              result.chainHash(),
              result.batch(),
              result.encodedOutcomes(),
              result.changes(),
              result.byPolicy(),
              generation));
      resultBytes += result.encodedOutcomes().stream().mapToLong(ByteString::size).sum();
      live.executed(result.writes().size(), pair.batch().size(), now);
      admission.applied(result.writes());
      housekeeping.applied(now);
      if (!machine.parts().control().epoch().equals(controlBefore.epoch())) {
        Optional<Duration> ackTimeout = ackTimeout(machine.parts().control());
        if (!ackTimeout.equals(ackTimeout(controlBefore))) {
          effects.add(new ReplicaEffect.AckTimeoutIs(ackTimeout));
        }
        watches.activated(effects);
        evidence.activated(result.slot(), now);
      }
      if (!machine.parts().control().equals(controlBefore)) {
        evidence.taken(now);
      }
      watches.applied(machine.changesSince(revisionBefore), now, effects);
      if (machine.parts().isSealed()) {
        refuseWaiting(ClosedDesk.SEALED, effects);
      }
      any = true;
    }
    if (any && !unflushed) {
      unflushed = true;
      unflushedSinceNanos = now.monotonicNanos();
    }
    return any;
  }

  private boolean isFlushDue(Now now) {
    return unflushed
        && flushing == null
        && (machine.unflushedBytes() >= settings.flushBytes()
            || now.nanosSince(unflushedSinceNanos) >= settings.flushInterval().toNanos());
  }

  /** Whether all that would be flushed is in the journal. */
  private boolean isRecorded() {
    return learner.isRecorded(machine.applied());
  }

  private void flushIfDue(List<ReplicaEffect> effects, Now now) {
    if (!isFlushDue(now) || !isRecorded()) {
      return;
    }
    flushingBytes = machine.unflushedBytes();
    ReplicaDelta delta = machine.takeDelta();
    flushing = delta;
    unflushed = false;
    effects.add(new ReplicaEffect.Flush(delta));
  }

  private void onFlushed(Slot slot, List<ReplicaEffect> effects) {
    ReplicaDelta flushed = flushing;
    if (flushed == null || !flushed.after().applied().equals(slot)) {
      throw new InvariantViolation(
          "FlushInOrder",
          "slot %s is durable, flushing is %s"
              .formatted(slot, flushed == null ? "nothing" : flushed.after().applied()));
    }
    machine.flushed(flushed);
    flushing = null;
    flushingBytes = 0;
    durable = slot;
    effects.add(new ReplicaEffect.DurableUpTo(slot));
  }

  // ---- What can be seen

  /** The last slot known here to be chosen, with all before it. */
  public Slot learned() {
    return learner.learned();
  }

  /** The last slot in the store. */
  public Slot durable() {
    return durable;
  }

  /** What is active, and was. */
  public ControlState control() {
    return machine.parts().control();
  }

  /** The pools of which something is reserved or excluded. */
  public PoolsInUse poolsInUse() {
    return machine.parts().reservations().inUse();
  }

  /** How much of each active pool is given, of the first {@value PoolUsage#MOST_POOLS}. */
  public List<PoolUsage> poolUsage() {
    return machine
        .parts()
        .control()
        .set()
        .pools()
        .map(active -> PoolUsage.of(active.pools(), machine.parts().reservations()))
        .orElse(List.of());
  }

  /** The state at the applied slot, without its rows. */
  public StateHeader state() {
    return machine.header();
  }

  /** What it has counted since it started. */
  public ReplicaCounts counts() {
    return new ReplicaCounts(
        machine.counts(),
        admission.storeReads(),
        admission.cacheHits(),
        machine.parts().cache().size(),
        machine.parts().cache().current().size());
  }

  /** What can be compared between replicas and with a model, beside the chain of hashes. */
  public StateInspection inspection() {
    return new StateInspection(machine.parts());
  }

  private long behind() {
    return learner.chosenUpTo().number() - machine.applied().number();
  }

  /** How far it is behind. */
  public ReplicaLag lag(Now now) {
    Now since = caughtUp;
    Duration time =
        behind() == 0 || since == null
            ? Duration.ZERO
            : Duration.ofNanos(now.nanosSince(since.monotonicNanos()));
    return new ReplicaLag(behind(), time, receiver.progress());
  }

  /** How many snapshots it sends now. */
  public int snapshotsSent() {
    return server.sessions();
  }

  /** That it differs from a majority, while it is known to. */
  public Optional<Divergence> divergence() {
    return Optional.ofNullable(diverged.divergence());
  }

  /** Why this replica cannot go on, while it cannot. */
  public Optional<String> stuck() {
    return learner.stuck();
  }
}
