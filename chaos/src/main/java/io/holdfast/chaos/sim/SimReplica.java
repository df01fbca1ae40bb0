package io.holdfast.chaos.sim;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.control.Credentials;
import io.holdfast.mesh.core.Envelope.BetweenReplicas;
import io.holdfast.mesh.core.RouterInput;
import io.holdfast.quorum.core.BatchEntry;
import io.holdfast.quorum.core.ChangeOutcome;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReplicaCore;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.ReplicaInput;
import io.holdfast.sync.core.SnapshotMessage;
import io.holdfast.sync.core.SnapshotResult;
import io.holdfast.sync.core.SnapshotWork;
import io.holdfast.sync.core.StoreAnswer;
import io.holdfast.sync.core.SyncMessage;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.store.ReplicaStore;
import io.holdfast.sync.store.SnapshotDesk;
import io.holdfast.sync.store.StoreAnswers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cache-owner of a process, and its store. */
final class SimReplica {

  private static final ReplicaInput TICK = new ReplicaInput.Tick();

  private final SimGroup group;
  private final SimBoot boot;
  private final SimMesh mesh;
  private final SimNode node;
  private final SimDisk disk;
  private final ReplicaCore core;
  private final Mailbox<ReplicaInput> inbox;
  private @Nullable ReplicaDelta flushing;
  private boolean flushFails;
  private boolean storeFailed;

  /** Who watches, by tokens apart from the router's, which begin anywhere. */
  private final Map<Long, Doors.Watcher> watchers = new LinkedHashMap<>();

  private final SnapshotDesk desk;
  private final Deque<SnapshotWork> works = new ArrayDeque<>();
  private boolean working;
  private long watches;
  private long generation;

  /** From where the last change of members governs. */
  private Slot governs = Slot.ZERO;

  SimReplica(SimGroup group, SimBoot boot, ReplicaCore core) {
    this.group = group;
    this.boot = boot;
    this.mesh = boot.mesh;
    this.node = boot.node;
    this.disk = node.disk();
    this.core = core;
    this.generation = core.state().generation();
    this.desk =
        new SnapshotDesk(
            after -> disk.store.snapshot(after, SimDisk.CHUNK_BYTES),
            () -> Optional.of(disk.receiving));
    this.inbox = new Mailbox<>(boot, this::replicate);
  }

  ReplicaCore core() {
    return core;
  }

  /** All records, as the index and the store have them; whole once everything is flushed. */
  Map<ByteString, VersionedValue> heldRecords() {
    return records(core, disk.store);
  }

  /** The records of a replica on a store. */
  static Map<ByteString, VersionedValue> records(ReplicaCore core, ReplicaStore store) {
    Map<ByteString, VersionedValue> records = new HashMap<>();
    core.inspection()
        .keys()
        .forEach(
            (key, entry) ->
                store
                    .read(List.of(entry.place()))
                    .get(0)
                    .flatMap(Change::record)
                    .ifPresent(record -> records.put(key, record)));
    return records;
  }

  void start() {
    disk.diverged.map(core::startDiverged).orElseGet(core::start).forEach(this::carryOut);
  }

  void tell(ReplicaInput input) {
    if (!storeFailed) {
      boot.tampering.toReplica(input).forEach(inbox::tell);
    }
  }

  /** Timers do not wait in line. */
  void tick() {
    replicate(TICK);
  }

  void failNextFlush() {
    flushFails = true;
  }

  /** Somebody asks what comes next. */
  void watch(
      long fromPlace, KeyRange keys, Duration patience, Credentials shown, Doors.Watcher watcher) {
    long token = - ++watches;
    watchers.put(token, watcher);
    tell(new ReplicaInput.NextChanges(token, fromPlace, keys, patience, shown));
  }

  /** The process is gone. */
  void lost() {
    List.copyOf(watchers.values()).forEach(Doors.Watcher::lost);
    ReplicaDelta underWay = flushing;
    if (underWay != null && !storeFailed) {
      storedPerhaps(underWay);
    }
  }

  private void replicate(ReplicaInput input) {
    if (!storeFailed) {
      List<ReplicaEffect> effects = boot.tampering.fromReplica(core.on(input, node.now()));
      for (ReplicaEffect effect : effects) {
        boot.beforeEffect();
        carryOut(effect);
      }
    }
  }

  private void carryOut(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Applied applied) {
      applied(applied);
    } else if (effect instanceof ReplicaEffect.LearnedUpTo learned) {
      group.tellAcceptor(new AcceptorInput.LearnedUpTo(learned.slot()));
      group.tellCoordinator(new CoordinatorInput.Learned(learned.slot()));
    } else if (effect instanceof ReplicaEffect.DurableUpTo durable) {
      group.tellAcceptor(new AcceptorInput.DurableUpTo(durable.slot()));
      group.tellCoordinator(new CoordinatorInput.Durable(durable.slot()));
    } else if (effect instanceof ReplicaEffect.RecordChosen record) {
      group.tellAcceptor(new AcceptorInput.ChosenFetched(record.pair()));
    } else if (effect instanceof ReplicaEffect.ReadLog read) {
      group.readLog(read);
    } else if (effect instanceof ReplicaEffect.Send send) {
      if (send.message() instanceof SyncMessage.Fetched fetched) {
        mesh.observers().forEach(observer -> observer.served(node, fetched.pairs()));
      }
      if (send.message() instanceof SnapshotMessage) {
        boot.reaches(CrashStep.SEND);
      }
      boot.send(send.to().node(), new BetweenReplicas(SimSettings.GROUP, send.message()));
    } else if (effect instanceof ReplicaEffect.WorkOnSnapshot wanted) {
      works.add(wanted.work());
      workOnSnapshot();
    } else if (effect instanceof ReplicaEffect.SnapshotComplete complete) {
      group.install(complete.head());
    } else if (effect instanceof ReplicaEffect.MarkDiverged mark) {
      boot.after(node.writeNanos(), () -> disk.diverged = Optional.of(mark.divergence()));
    } else if (effect instanceof ReplicaEffect.Flush flush) {
      flush(flush.delta());
    } else if (effect instanceof ReplicaEffect.AskStore ask) {
      askStore(ask);
    } else if (effect instanceof ReplicaEffect.Propose propose) {
      group.propose(new BatchEntry.CommandEntry(propose.entry()));
    } else if (effect instanceof ReplicaEffect.Resumed resumed) {
      group.tellAcceptor(new AcceptorInput.AppliedUpTo(resumed.durable(), resumed.chainHash()));
      group.tellAcceptor(new AcceptorInput.LearnedUpTo(resumed.durable()));
      group.tellAcceptor(new AcceptorInput.DurableUpTo(resumed.durable()));
      group.tellCoordinator(new CoordinatorInput.Learned(resumed.durable()));
    } else if (effect instanceof ReplicaEffect.AckTimeoutIs timeout) {
      group.tellCoordinator(new CoordinatorInput.AckTimeoutChanged(timeout.byPolicy()));
      group.tellRouter(new RouterInput.AckTimeoutIs(timeout.byPolicy()));
    } else {
      answer(effect);
    }
  }

  private void applied(ReplicaEffect.Applied applied) {
    reachesChange(applied);
    boot.executed(applied.slot());
    mesh.observers().forEach(observer -> observer.applied(node, applied));
    count(applied);
    group.tellAcceptor(new AcceptorInput.AppliedUpTo(applied.slot(), applied.chainHash()));
    for (CoordinatorInput told : applied.forCoordinator()) {
      group.tellCoordinator(told);
    }
    reachesChange(applied);
  }

  private void reachesChange(ReplicaEffect.Applied applied) {
    List<ChangeOutcome> changes = new ArrayList<>(applied.byPolicy());
    changes.addAll(applied.changes());
    for (ChangeOutcome change : changes) {
      if (change instanceof ChangeOutcome.Changed changed) {
        governs = changed.effect();
        boot.reaches(CrashStep.CHANGE_EXECUTED);
      }
    }
    if (applied.slot().equals(governs)) {
      boot.reaches(CrashStep.CHANGE_GOVERNS);
    }
  }

  private void count(ReplicaEffect.Applied applied) {
    if (!applied.byPolicy().isEmpty()) {
      mesh.coverage.count("w_by_policy");
    }
    if (applied.generation() > generation) {
      generation = applied.generation();
      mesh.coverage.count(Coverage.ROTATIONS);
    }
  }

  private void answer(ReplicaEffect effect) {
    if (effect instanceof ReplicaEffect.Admitted
        || effect instanceof ReplicaEffect.AdmissionRecorded
        || effect instanceof ReplicaEffect.QueryAnswer
        || effect instanceof ReplicaEffect.LookupAnswer
        || effect instanceof ReplicaEffect.ChangesAnswer) {
      mesh.observers().forEach(observer -> observer.replicaAnswered(node, effect));
    }
    if (effect instanceof ReplicaEffect.Admitted admitted) {
      group.tellRouter(new RouterInput.Admitted(admitted.token(), admitted.entry()));
    } else if (effect instanceof ReplicaEffect.AdmissionRecorded recorded) {
      mesh.coverage.count("replays");
      group.tellRouter(new RouterInput.AlreadyDecided(recorded.token(), recorded.outcome()));
    } else if (effect instanceof ReplicaEffect.AdmissionRefused refused) {
      group.tellRouter(
          new RouterInput.NotAdmitted(refused.token(), refused.code(), refused.detail()));
    } else if (effect instanceof ReplicaEffect.QueryAnswer answer) {
      group.tellRouter(
          new RouterInput.QueryDone(answer.token(), answer.result(), answer.applied()));
    } else if (effect instanceof ReplicaEffect.LookupAnswer answer) {
      group.tellRouter(new RouterInput.LookedUp(answer.token(), answer.lookup()));
    } else if (effect instanceof ReplicaEffect.ChangesAnswer answer) {
      watcher(answer.token()).told(answer.changes(), answer.nextPlace());
    } else if (effect instanceof ReplicaEffect.ChangesCompacted answer) {
      watcher(answer.token()).compacted(answer.oldest());
    } else if (effect instanceof ReplicaEffect.ReadRefused refused
        && watchers.containsKey(refused.token())) {
      watcher(refused.token()).refused();
    } else if (effect instanceof ReplicaEffect.ReadRefused refused) {
      group.tellRouter(new RouterInput.ReplicaRefused(refused.token(), refused.reason()));
    } else if (effect instanceof ReplicaEffect.Stuck stuck) {
      mesh.coverage.count("stuck");
      mesh.note(node.name(), "stuck: " + stuck.reason());
    }
  }

  private Doors.Watcher watcher(long token) {
    Doors.Watcher watcher = watchers.remove(token);
    if (watcher == null) {
      throw new InvariantViolation("WatchOnce", node + ": a watcher is answered twice");
    }
    return watcher;
  }

  /** A read takes as long as a flush may, and meets whatever the store holds by then. */
  private void askStore(ReplicaEffect.AskStore ask) {
    mesh.coverage.count("store_reads");
    boot.after(
        node.readNanos(),
        () -> {
          if (!storeFailed) {
            StoreAnswer answer = StoreAnswers.answer(disk.store, ask.question());
            tell(
                new ReplicaInput.StoreAnswered(
                    ask.number(), boot.tampering.fromStore(ask.question(), answer)));
          }
        });
  }

  /** One piece of work after the other, each as long as a read or a flush may take. */
  private void workOnSnapshot() {
    SnapshotWork work = works.peek();
    if (working || work == null) {
      return;
    }
    working = true;
    boolean writes = work instanceof SnapshotWork.Write || work instanceof SnapshotWork.Finish;
    boot.after(writes ? node.flushNanos() : node.readNanos(), this::worked);
  }

  private void worked() {
    working = false;
    SnapshotWork work = works.remove();
    String step = work.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    CrashStep crash = CrashStep.valueOf(step.toUpperCase(Locale.ROOT));
    boot.reaches(crash);
    Optional<SnapshotResult> result = desk.work(boot.tampering.toStore(work));
    mesh.coverage.count("snapshot_" + step);
    boot.reaches(crash);
    result.ifPresent(
        answer -> {
          if (answer instanceof SnapshotResult.Receiving receiving && receiving.lastPlace() > 0) {
            mesh.coverage.count("snapshots_resumed");
          } else if (answer instanceof SnapshotResult.Unusable unusable) {
            mesh.coverage.count("snapshots_unusable");
            mesh.note(node.name(), unusable.reason());
          }
          tell(new ReplicaInput.SnapshotWorked(answer));
        });
    workOnSnapshot();
  }

  private void flush(ReplicaDelta delta) {
    flushing = delta;
    // Nothing was executed since the delta was made.
    mesh.observers()
        .forEach(observer -> observer.inspected(node, delta.after(), core.inspection()));
    boot.after(node.flushNanos(), () -> flushed(delta));
  }

  private void flushed(ReplicaDelta delta) {
    flushing = null;
    if (flushFails) {
      flushFails = false;
      storeFailed = true;
      storedPerhaps(delta);
      boot.storageFailed();
      return;
    }
    stored(delta);
    tell(new ReplicaInput.Flushed(delta.after().applied()));
  }

  private void stored(ReplicaDelta flushed) {
    boot.tampering
        .toStore(flushed)
        .ifPresent(
            delta -> {
              mesh.observers().forEach(observer -> observer.flushed(node, delta));
              disk.store.flush(delta);
              disk.store.collect();
              boot.flushedUpTo(delta.after().applied());
            });
  }

  private void storedPerhaps(ReplicaDelta delta) {
    if (node.random.nextBoolean()) {
      stored(delta);
    }
  }
}
