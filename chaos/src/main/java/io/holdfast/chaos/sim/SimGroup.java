package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.LogPlace;
import io.holdfast.acceptor.core.PairSelection;
import io.holdfast.acceptor.core.SegmentPlaces;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.Envelope.Forward;
import io.holdfast.mesh.core.Envelope.ForwardedReadAnswer;
import io.holdfast.mesh.core.Envelope.ForwardedWriteAnswer;
import io.holdfast.mesh.core.Envelope.OfGroup;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.core.RequestRouter;
import io.holdfast.mesh.core.RouterEffect;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.ConfigurationLog;
import io.holdfast.quorum.core.CoordinatorCore;
import io.holdfast.quorum.core.CoordinatorEffect;
import io.holdfast.quorum.core.CoordinatorEffect.Outcome;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import io.holdfast.sync.core.StoreDelta;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.SyncMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A group's cores in one process, wired as the node's actors wire them: each is told things through
 * a mailbox, and its effects are carried out in their order.
 */
final class SimGroup {

  private static final CoordinatorInput TICK = new CoordinatorInput.Tick();
  private static final ReplicaInput REPLICA_TICK = new ReplicaInput.Tick();
  private static final RouterInput ROUTER_TICK = new RouterInput.Tick();

  private record Proposed(long ticket, BatchEntry entry) {}

  private final SimBoot boot;
  private final SimMesh mesh;
  private final SimNode node;
  private final SimDisk disk;
  private final MemberId self;

  private final AcceptorCore acceptor;
  private final CoordinatorCore coordinator;
  private final ReplicaCore replica;
  private final RequestRouter router;
  private final SimJournal journal;

  private final Mailbox<Runnable> acceptorBox;
  private final Mailbox<CoordinatorInput> coordinatorBox;
  private final Mailbox<ReplicaInput> replicaBox;
  private final Mailbox<RouterInput> routerBox;

  private final Map<Long, Proposed> proposals = new HashMap<>();
  private final Map<Long, Long> readIndexes = new HashMap<>();
  private final Map<Long, Caller> callers = new LinkedHashMap<>();
  private final TreeMap<Slot, Configuration> changes = new TreeMap<>();

  /** Where pairs stand in the journal, by the first event of their segment. */
  private final Map<Long, SegmentPlaces> places = new HashMap<>();

  private long nextToken = 1;
  private @Nullable StoreDelta flushing;
  private boolean flushFails;
  private boolean storeFailed;
  private boolean resigning;
  private @Nullable Role role;

  SimGroup(SimBoot boot) {
    this.boot = boot;
    this.mesh = boot.mesh;
    this.node = boot.node;
    this.disk = node.disk();
    this.self = boot.self();
    Scenario scenario = mesh.scenario;
    StoredState stored = boot.tampering.loaded(disk.store.load());
    Slot durable = stored.state().applied();
    Digest chainHash = stored.state().chainHash();
    ConfigurationLog configurations =
        new ConfigurationLog(scenario.alpha(), boot.tampering.configuration(mesh.initial));
    disk.configurations.forEach(configurations::applied);
    Set<MemberId> members = configurations.membersFrom(durable);

    acceptor = recoveredAcceptor(durable, members);
    Ballot promised = acceptor.promised();
    mesh.observers().forEach(observer -> observer.recovered(node, promised, durable));
    coordinator =
        new CoordinatorCore(
            SimSettings.GROUP,
            self,
            configurations,
            scenario.timing(),
            scenario.limits(),
            new SplittableRandom(node.random.nextLong()),
            boot.tampering.promisedAtStart(promised),
            durable,
            chainHash,
            node.now());
    replica = ReplicaCore.restore(self, List.copyOf(members), scenario.replica(), stored);
    router = new RequestRouter(SimSettings.GROUP, self, scenario.router(), node.random.nextLong());
    journal = new SimJournal(boot, acceptor.sequenceNumber(), this::carryOut);
    acceptorBox = new Mailbox<>(boot, Runnable::run);
    coordinatorBox = new Mailbox<>(boot, this::coordinate);
    replicaBox = new Mailbox<>(boot, this::replicate);
    routerBox = new Mailbox<>(boot, this::route);
  }

  private AcceptorCore recoveredAcceptor(Slot durable, Set<MemberId> members) {
    AcceptorCore recovered =
        AcceptorCore.recovering(mesh.scenario.acceptorLimits(), disk.snapshot, durable);
    long after = disk.snapshot.map(AcceptorSnapshot::sequenceNumber).orElse(0L);
    disk.journal
        .tailMap(after, false)
        .forEach((number, event) -> recovered.recover(number, boot.tampering.recovered(event)));
    recovered.start(members);
    return recovered;
  }

  void begin() {
    replica.start().forEach(this::carryOut);
    tick();
  }

  private void tick() {
    // Timers do not wait in line.
    boot.tampering.toCoordinator(TICK, coordinator).forEach(this::coordinate);
    replicate(REPLICA_TICK);
    route(ROUTER_TICK);
    int interval = mesh.scenario.tickMillis();
    boot.after(VirtualTime.MILLI * (interval / 2 + mesh.local.nextInt(interval)), this::tick);
  }

  // ---- What others see

  Role role() {
    return coordinator.role();
  }

  CoordinatorView view() {
    return coordinator.view(node.now());
  }

  ReplicaCore replica() {
    return replica;
  }

  boolean owesAnswers() {
    return !proposals.isEmpty() || !readIndexes.isEmpty() || !callers.isEmpty();
  }

  // ---- Clients

  /** Is told one of these, once. */
  interface Caller {

    void answered(RouterEffect answer);

    /** The process is gone, and the connection with it. */
    void lost();
  }

  /** A client of this node asks. */
  void ask(RouterInput.Asked asked, Caller caller) {
    callers.put(asked.token(), caller);
    routerBox.tell(asked);
  }

  /** A token that was never used in this process. */
  long token() {
    return nextToken++;
  }

  /** Proposes a change of configuration, as an operator would have it. */
  void propose(BatchEntry entry) {
    submit(-1, entry);
  }

  void resign() {
    resigning = true;
    tellCoordinator(new CoordinatorInput.Resign());
  }

  void failNextWrite() {
    journal.failNext();
  }

  void failNextFlush() {
    flushFails = true;
  }

  // ---- Messages

  void heard(MemberId from, OfGroup body) {
    if (body instanceof ToAcceptor message) {
      tellAcceptor(new AcceptorInput.Asked(from, message.request()));
    } else if (body instanceof ToCoordinator message) {
      tellCoordinator(new CoordinatorInput.Replied(from, message.reply()));
    } else if (body instanceof BetweenCoordinators message) {
      tellCoordinator(new CoordinatorInput.Said(from, message.message()));
    } else if (body instanceof BetweenReplicas message) {
      tellReplica(message.message().from(from));
    } else if (body instanceof Forward forward) {
      routerBox.tell(RouterInput.read(from, boot.tampering.forwarded(from, forward)));
    } else if (body instanceof ForwardedWriteAnswer answer) {
      routerBox.tell(new RouterInput.PeerAnsweredWrite(from, answer.token(), answer.answer()));
    } else if (body instanceof ForwardedReadAnswer answer) {
      routerBox.tell(new RouterInput.PeerAnsweredRead(from, answer.token(), answer.answer()));
    }
  }

  private void tellAcceptor(AcceptorInput input) {
    for (AcceptorInput told : boot.tampering.toAcceptor(input)) {
      acceptorBox.tell(() -> accept(told));
    }
  }

  private void tellCoordinator(CoordinatorInput input) {
    boot.tampering.toCoordinator(input, coordinator).forEach(coordinatorBox::tell);
  }

  private void tellReplica(ReplicaInput input) {
    if (!storeFailed) {
      boot.tampering.toReplica(input).forEach(replicaBox::tell);
    }
  }

  // ---- Acceptor

  private void accept(AcceptorInput input) {
    journal.add(boot.tampering.fromAcceptor(input, acceptor.on(input), acceptor));
  }

  private void carryOut(AcceptorEffect original) {
    AcceptorEffect effect = boot.tampering.carriedOut(original, acceptor);
    if (effect instanceof AcceptorEffect.Answer answer) {
      reply(answer.to(), answer.reply());
    } else if (effect instanceof AcceptorEffect.TellAccepted told) {
      AcceptedPair pair = told.pair();
      tellReplica(new ReplicaInput.LocallyAccepted(pair.slot(), pair.ballot(), pair.batch()));
    } else if (effect instanceof AcceptorEffect.TellRecorded told) {
      tellReplica(new ReplicaInput.ChosenRecorded(told.slot()));
    } else if (effect instanceof AcceptorEffect.TellWatermark told) {
      watermark(told.ballot(), told.chosenUpTo());
    } else if (effect instanceof AcceptorEffect.SaveSnapshot save) {
      boot.after(node.flushNanos(), () -> snapshotSaved(save.snapshot()));
    } else if (effect instanceof AcceptorEffect.DeleteEvents delete) {
      boot.after(node.flushNanos(), () -> delete(delete.sequenceNumber()));
    } else if (effect instanceof AcceptorEffect.ReportViolation violation) {
      throw new InvariantViolation(violation.invariant(), node + ": " + violation.facts());
    }
  }

  private void reply(MemberId to, AcceptorReply reply) {
    for (Observer observer : mesh.observers()) {
      observer.replied(node, to, reply);
    }
    if (to.equals(self)) {
      tellCoordinator(new CoordinatorInput.Replied(self, reply));
    } else {
      boot.send(to.node(), new ToCoordinator(SimSettings.GROUP, drifted(reply)));
    }
  }

  /** While it drifts, this node says that it holds something else than it was asked to. */
  private AcceptorReply drifted(AcceptorReply reply) {
    if (!node.drifting() || !(reply instanceof AcceptorReply.Accepted accepted)) {
      return reply;
    }
    boolean inDigest = node.index % 2 == 0;
    return new AcceptorReply.Accepted(
        accepted.ballot(),
        accepted.slot(),
        inDigest ? Digest.of(accepted.digest().bytes()) : accepted.digest(),
        accepted.applied(),
        inDigest ? accepted.chainHash() : Digest.of(accepted.chainHash().bytes()));
  }

  private void snapshotSaved(AcceptorSnapshot snapshot) {
    mesh.coverage.count("snapshots");
    disk.snapshot = Optional.of(mesh.encoding.stored(snapshot));
    mesh.observers().forEach(observer -> observer.snapshotSaved(node, snapshot));
    tellAcceptor(new AcceptorInput.SnapshotSaved(snapshot.sequenceNumber()));
  }

  private void delete(long upTo) {
    disk.journal.headMap(upTo, true).clear();
  }

  /** The log as the replica reads it. */
  private void readLog(ReplicaEffect.ReadLog read) {
    LogPlace place = acceptor.locate(read.fromSlot(), read.maxBytes());
    if (place instanceof LogPlace.InJournal at) {
      boot.after(
          node.writeNanos(), () -> logRead(read.token(), inJournal(read, at.learnedUpTo(), at)));
    } else if (place instanceof LogPlace.InMemory memory && memory.afterWrites()) {
      journal.defer(() -> logRead(read.token(), memory.pairs()));
    } else if (place instanceof LogPlace.InMemory memory) {
      logRead(read.token(), memory.pairs());
    }
  }

  private List<AcceptedPair> inJournal(
      ReplicaEffect.ReadLog read, Slot upTo, LogPlace.InJournal at) {
    mesh.coverage.count("journal_reads");
    SlotSegment segment = at.segment();
    SegmentPlaces found =
        places.computeIfAbsent(segment.firstSequenceNumber(), first -> new SegmentPlaces(segment));
    if (found.next() <= segment.lastSequenceNumber()) {
      disk.journal
          .subMap(found.next(), true, segment.lastSequenceNumber(), true)
          .forEach(found::offer);
    }
    PairSelection selection = new PairSelection(read.fromSlot(), upTo, read.maxBytes());
    for (SegmentPlaces.Run run : found.runs(read.fromSlot(), upTo, read.maxBytes())) {
      disk.journal.subMap(run.first(), true, run.last(), true).values().forEach(selection::offer);
    }
    return selection.contiguous();
  }

  private void logRead(long token, List<AcceptedPair> pairs) {
    tellReplica(new ReplicaInput.LogRead(token, pairs));
  }

  // ---- Coordinator

  private void coordinate(CoordinatorInput input) {
    List<CoordinatorEffect> effects =
        boot.tampering.fromCoordinator(coordinator.on(input, node.now()), coordinator);
    for (CoordinatorEffect effect : effects) {
      boot.beforeEffect();
      carryOut(effect);
    }
  }

  private void carryOut(CoordinatorEffect effect) {
    if (effect instanceof CoordinatorEffect.AskAcceptor ask) {
      ask(ask.to(), ask.request());
    } else if (effect instanceof CoordinatorEffect.Say say) {
      boot.send(say.to().node(), new BetweenCoordinators(SimSettings.GROUP, say.message()));
    } else if (effect instanceof CoordinatorEffect.Conclude conclude) {
      concluded(conclude);
    } else if (effect instanceof CoordinatorEffect.ConcludeRead read) {
      mesh.observers()
          .forEach(observer -> observer.readIndexed(node, read.token(), read.readIndex()));
      routerBox.tell(new RouterInput.ReadIndexIs(taken(read.token()), read.readIndex()));
    } else if (effect instanceof CoordinatorEffect.RefuseRead read) {
      routerBox.tell(
          new RouterInput.ReadIndexRefused(taken(read.token()), read.code(), read.leader()));
    } else if (effect instanceof CoordinatorEffect.TellWatermark told) {
      mesh.observers()
          .forEach(observer -> observer.declared(node, told.ballot(), told.chosenUpTo()));
      watermark(told.ballot(), told.chosenUpTo());
    } else if (effect instanceof CoordinatorEffect.CatchUp catchUp) {
      tellReplica(new ReplicaInput.CatchUp(catchUp.upTo(), catchUp.from()));
    } else if (effect instanceof CoordinatorEffect.TrimUpTo trim) {
      tellAcceptor(new AcceptorInput.TrimUpTo(trim.slot()));
    } else if (effect instanceof CoordinatorEffect.MembersAre members) {
      tellAcceptor(new AcceptorInput.MembersAre(members.members()));
      tellReplica(new ReplicaInput.MembersChanged(List.copyOf(members.members())));
    } else if (effect instanceof CoordinatorEffect.ResignDone) {
      resigned();
    } else {
      note(effect);
    }
  }

  private void note(CoordinatorEffect effect) {
    if (effect instanceof CoordinatorEffect.NoteRole noted) {
      role(noted);
    } else if (effect instanceof CoordinatorEffect.NoteVerdict noted) {
      mesh.coverage.verdict(code(noted.verdict()));
    } else if (effect instanceof CoordinatorEffect.NoteDrift drift) {
      InvariantViolation.check(
          mesh.node(drift.member().node().value()).everDrifted(),
          "DeterministicApply",
          "%s differs from %s in slot %s: %s",
          drift.member(),
          self,
          drift.slot(),
          drift.what());
      mesh.coverage.count("drifts");
    }
  }

  private static String code(Verdict verdict) {
    if (verdict instanceof Verdict.NotMet notMet) {
      return notMet.reason().code();
    }
    return verdict instanceof Verdict.LocalWriteFailed
        ? "local_write_failed"
        : verdict instanceof Verdict.Met ? "met" : "in_flight";
  }

  private void role(CoordinatorEffect.NoteRole noted) {
    if (mesh.trace.on()) {
      mesh.note(node.name(), noted.role().code() + ": " + noted.why());
    }
    if (noted.role() == Role.LEADING && role != Role.LEADING) {
      mesh.coverage.count(Coverage.ELECTIONS);
      CoordinatorView view = view();
      mesh.observers()
          .forEach(
              observer ->
                  observer.leads(
                      node, view.highest(), view.chosenUpTo().next(), view.configuration()));
    }
    role = noted.role();
    routerBox.tell(new RouterInput.LeaderIs(noted.leader()));
  }

  private void ask(MemberId to, AcceptorRequest request) {
    for (Observer observer : mesh.observers()) {
      observer.requested(node, to, request);
    }
    if (to.equals(self)) {
      tellAcceptor(new AcceptorInput.Asked(self, request));
    } else {
      boot.send(to.node(), new ToAcceptor(SimSettings.GROUP, request));
    }
  }

  private void watermark(Ballot ballot, Slot chosenUpTo) {
    tellReplica(new ReplicaInput.Watermark(ballot, chosenUpTo, ballot.proposer()));
  }

  private void submit(long ticket, BatchEntry entry) {
    long token = nextToken++;
    proposals.put(token, new Proposed(ticket, entry));
    mesh.observers().forEach(observer -> observer.proposed(node, token, entry));
    tellCoordinator(new CoordinatorInput.Propose(token, entry));
  }

  private void concluded(CoordinatorEffect.Conclude conclude) {
    Proposed proposed = proposals.remove(conclude.token());
    if (proposed == null) {
      throw new InvariantViolation(
          "VerdictIsFinal", node + ": a proposal ends again: " + conclude.outcome());
    }
    mesh.observers()
        .forEach(
            observer ->
                observer.concluded(node, conclude.token(), proposed.entry(), conclude.outcome()));
    if (proposed.entry() instanceof BatchEntry.CommandEntry) {
      routerBox.tell(new RouterInput.Concluded(proposed.ticket(), conclude.outcome()));
    } else if (conclude.outcome() instanceof Outcome.Committed) {
      mesh.coverage.count("reconfigurations");
    }
  }

  private long taken(long token) {
    Long ticket = readIndexes.remove(token);
    if (ticket == null) {
      throw new InvariantViolation("VerdictIsFinal", node + ": a read index is given twice");
    }
    return ticket;
  }

  private void resigned() {
    if (resigning) {
      mesh.coverage.count("resignations");
      routerBox.tell(new RouterInput.Close());
      boot.end("it was asked to end", node.random.nextLong(2 * VirtualTime.SECOND));
    }
  }

  /** The disk failed: callers are told so before the process ends. */
  void localWriteFailed() {
    tellCoordinator(new CoordinatorInput.LocalWriteFailed());
  }

  // ---- Replica

  private void replicate(ReplicaInput input) {
    if (!storeFailed) {
      List<ReplicaEffect> effects = boot.tampering.fromReplica(replica.on(input, node.now()));
      for (ReplicaEffect effect : effects) {
        boot.beforeEffect();
        carryOut(effect);
      }
    }
  }

  private void carryOut(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Applied applied) {
      mesh.observers().forEach(observer -> observer.applied(node, applied));
      tellAcceptor(new AcceptorInput.AppliedUpTo(applied.slot(), applied.chainHash()));
      for (CoordinatorInput told : applied.forCoordinator()) {
        if (told instanceof CoordinatorInput.ConfigurationExecuted change) {
          changes.put(change.slot(), change.changed());
        }
        tellCoordinator(told);
      }
    } else if (effect instanceof ReplicaEffect.LearnedUpTo learned) {
      tellAcceptor(new AcceptorInput.LearnedUpTo(learned.slot()));
      tellCoordinator(new CoordinatorInput.Learned(learned.slot()));
    } else if (effect instanceof ReplicaEffect.DurableUpTo durable) {
      tellAcceptor(new AcceptorInput.DurableUpTo(durable.slot()));
      tellCoordinator(new CoordinatorInput.Durable(durable.slot()));
    } else if (effect instanceof ReplicaEffect.RecordChosen record) {
      tellAcceptor(new AcceptorInput.ChosenFetched(record.pair()));
    } else if (effect instanceof ReplicaEffect.ReadLog read) {
      acceptorBox.tell(() -> readLog(read));
    } else if (effect instanceof ReplicaEffect.Send send) {
      if (send.message() instanceof SyncMessage.Fetched fetched) {
        mesh.observers().forEach(observer -> observer.served(node, fetched.pairs()));
      }
      boot.send(send.to().node(), new BetweenReplicas(SimSettings.GROUP, send.message()));
    } else if (effect instanceof ReplicaEffect.Flush flush) {
      flush(flush.delta());
    } else if (effect instanceof ReplicaEffect.Resumed resumed) {
      tellAcceptor(new AcceptorInput.AppliedUpTo(resumed.durable(), resumed.chainHash()));
      tellAcceptor(new AcceptorInput.LearnedUpTo(resumed.durable()));
      tellAcceptor(new AcceptorInput.DurableUpTo(resumed.durable()));
      tellCoordinator(new CoordinatorInput.Learned(resumed.durable()));
    } else {
      answer(effect);
    }
  }

  private void answer(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.ReadAnswer answer) {
      routerBox.tell(
          new RouterInput.ReadDone(
              answer.token(), answer.record(), answer.revision(), answer.applied()));
    } else if (effect instanceof ReplicaEffect.LookupAnswer answer) {
      routerBox.tell(new RouterInput.LookedUp(answer.token(), answer.lookup()));
    } else if (effect instanceof ReplicaEffect.ReadRefused refused) {
      routerBox.tell(new RouterInput.ReplicaRefused(refused.token(), refused.reason()));
    } else if (effect instanceof ReplicaEffect.Stuck stuck) {
      mesh.coverage.count("stuck");
      mesh.note(node.name(), "stuck: " + stuck.reason());
    }
  }

  private void flush(StoreDelta delta) {
    flushing = delta;
    boot.after(node.flushNanos(), () -> flushed(delta));
  }

  private void flushed(StoreDelta delta) {
    flushing = null;
    if (flushFails) {
      flushFails = false;
      storeFailed = true;
      storedPerhaps(delta);
      boot.storageFailed();
      return;
    }
    stored(delta);
    tellReplica(new ReplicaInput.Flushed(delta.after().applied()));
  }

  private void stored(StoreDelta flushed) {
    boot.tampering
        .toStore(flushed)
        .ifPresent(
            delta -> {
              mesh.observers().forEach(observer -> observer.flushed(node, delta));
              disk.store.flush(delta);
              disk.configurations.putAll(changes.headMap(delta.after().applied(), true));
            });
  }

  private void storedPerhaps(StoreDelta delta) {
    if (node.random.nextBoolean()) {
      stored(delta);
    }
  }

  /** The process is gone. */
  void lost() {
    journal.onDiskPerhaps();
    StoreDelta underWay = flushing;
    if (underWay != null && !storeFailed) {
      storedPerhaps(underWay);
    }
    List.copyOf(callers.values()).forEach(Caller::lost);
  }

  // ---- Router

  private void route(RouterInput input) {
    for (RouterEffect effect : router.on(input, node.now())) {
      boot.beforeEffect();
      carryOut(effect);
    }
  }

  private void carryOut(RouterEffect effect) {
    if (effect instanceof RouterEffect.Submit submit) {
      submit(submit.ticket(), submit.entry());
    } else if (effect instanceof RouterEffect.AskReadIndex ask) {
      long token = nextToken++;
      readIndexes.put(token, ask.ticket());
      mesh.observers().forEach(observer -> observer.readBegan(node, token));
      tellCoordinator(new CoordinatorInput.Read(token));
    } else if (effect instanceof RouterEffect.ReadAt read) {
      tellReplica(new ReplicaInput.ReadAt(read.ticket(), read.readIndex(), read.key()));
    } else if (effect instanceof RouterEffect.LookUp lookUp) {
      tellReplica(new ReplicaInput.LookupWrite(lookUp.ticket(), lookUp.readIndex(), lookUp.id()));
    } else if (effect instanceof RouterEffect.Send send) {
      boot.send(send.to().node(), send.message());
    } else if (effect instanceof RouterEffect.AnswerWrite answer) {
      answered(answer.token(), answer);
    } else if (effect instanceof RouterEffect.AnswerRead answer) {
      answered(answer.token(), answer);
    }
  }

  private void answered(long token, RouterEffect answer) {
    Caller caller = callers.remove(token);
    if (caller == null) {
      throw new InvariantViolation("VerdictIsFinal", node + ": a caller is answered twice");
    }
    caller.answered(answer);
  }
}
