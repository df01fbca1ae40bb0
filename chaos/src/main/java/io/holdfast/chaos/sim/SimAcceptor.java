package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEffect;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
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
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The acceptor of a process, with its journal and its snapshots. */
final class SimAcceptor {

  private final SimGroup group;
  private final SimBoot boot;
  private final SimMesh mesh;
  private final SimNode node;
  private final SimDisk disk;
  private final MemberId self;
  private final AcceptorCore core;
  private final SimJournal journal;
  private final Mailbox<Runnable> inbox;
  private final List<AcceptorEffect> first;

  /** Where pairs stand in the journal, by the first event of their segment. */
  private final Map<Long, SegmentPlaces> places = new HashMap<>();

  /**
   * Recovers from the disk.
   *
   * @param durable the slot of the store beside it
   */
  SimAcceptor(SimGroup group, SimBoot boot, Slot durable, Set<MemberId> members) {
    this.group = group;
    this.boot = boot;
    this.mesh = boot.mesh;
    this.node = boot.node;
    this.disk = node.disk();
    this.self = boot.self();
    this.core = AcceptorCore.recovering(mesh.scenario.acceptorLimits(), disk.snapshot, durable);
    long after = disk.snapshot.map(AcceptorSnapshot::sequenceNumber).orElse(0L);
    disk.journal
        .tailMap(after, false)
        .forEach((number, event) -> core.recover(number, boot.tampering.recovered(event)));
    long recoveredUpTo = core.sequenceNumber();
    List<AcceptorEffect> first =
        core.start(members, boot.tampering.installedAt(disk.store.installedAt()));
    this.journal = new SimJournal(boot, recoveredUpTo, this::carryOut);
    this.first = first;
    this.inbox = new Mailbox<>(boot, Runnable::run);
  }

  /** What comes before all else. */
  void start() {
    if (!first.isEmpty()) {
      boot.reaches(CrashStep.INSTALLED);
    }
    journal.add(first);
  }

  Ballot promised() {
    return core.promised();
  }

  void tell(AcceptorInput input) {
    for (AcceptorInput told : boot.tampering.toAcceptor(input)) {
      inbox.tell(() -> accept(told));
    }
  }

  void failNextWrite() {
    journal.failNext();
  }

  /** The process is gone. */
  void lost() {
    journal.onDiskPerhaps();
  }

  private void accept(AcceptorInput input) {
    if (input instanceof AcceptorInput.TrimUpTo) {
      boot.reaches(CrashStep.TRIM);
    }
    journal.add(boot.tampering.fromAcceptor(input, core.on(input), core));
  }

  private void carryOut(AcceptorEffect original) {
    AcceptorEffect effect = boot.tampering.carriedOut(original, core);
    if (effect instanceof AcceptorEffect.Answer answer) {
      reply(answer.to(), answer.reply());
    } else if (effect instanceof AcceptorEffect.TellAccepted told) {
      AcceptedPair pair = told.pair();
      group.tellReplica(new ReplicaInput.LocallyAccepted(pair.slot(), pair.ballot(), pair.batch()));
    } else if (effect instanceof AcceptorEffect.TellRecorded told) {
      group.tellReplica(new ReplicaInput.ChosenRecorded(told.slot()));
    } else if (effect instanceof AcceptorEffect.TellWatermark told) {
      group.watermark(told.ballot(), told.chosenUpTo());
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
      group.tellCoordinator(new CoordinatorInput.Replied(self, reply));
    } else {
      boot.send(to.node(), new ToCoordinator(SimSettings.GROUP, drifted(reply)));
    }
  }

  /** While it drifts, this node says that it holds something else than it was asked to. */
  private AcceptorReply drifted(AcceptorReply reply) {
    if (!node.drifting() || !(reply instanceof AcceptorReply.Accepted accepted)) {
      return reply;
    }
    boolean inDigest = node.driftsInDigest();
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
    group.tellAcceptor(new AcceptorInput.SnapshotSaved(snapshot.sequenceNumber()));
  }

  private void delete(long upTo) {
    boot.reaches(CrashStep.DELETE);
    disk.journal.headMap(upTo, true).clear();
    boot.reaches(CrashStep.DELETE);
  }

  /** The replica reads the log. */
  void readLog(ReplicaEffect.ReadLog read) {
    inbox.tell(() -> locate(read));
  }

  private void locate(ReplicaEffect.ReadLog read) {
    LogPlace place = core.locate(read.fromSlot(), read.maxBytes());
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
    group.tellReplica(new ReplicaInput.LogRead(token, pairs));
  }
}
