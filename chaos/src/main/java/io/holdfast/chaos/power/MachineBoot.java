package io.holdfast.chaos.power;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import akka.pattern.Patterns;
import com.typesafe.config.Config;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.EventJournal;
import io.holdfast.acceptor.store.EventJournal.SnapshotBounds;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.JournalDatabase;
import io.holdfast.acceptor.store.JournalPairLog;
import io.holdfast.acceptor.store.JournalSetup;
import io.holdfast.acceptor.store.SnapshotRow;
import io.holdfast.config.core.Now;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.actor.KnownDatabases;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.store.JdbcReplicaStore;
import io.holdfast.sync.store.ReplicaStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One boot of a machine: everything of a node that writes to its disk, as the node starts it. The
 * data directory; the databases, compared with it and stamped; the store; the journal with its
 * writer, under Akka; one group's acceptor and cache-owner. The coordinator, the links and the
 * front door write nothing, and are not there: {@link Leader} speaks in their place.
 */
final class MachineBoot implements AutoCloseable {

  /** Far beyond what any answer takes while the power is on. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DiskFileSystem mounted;
  private final Optional<Breakage> broken;
  private final Acknowledged acknowledged;
  private final Replies replies = new Replies();
  private final Milestone learned = new Milestone();
  private final Milestone applied = new Milestone();
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();

  private boolean closed;
  private @Nullable DataDirectory directory;
  private @Nullable ActorSystem system;
  private @Nullable ReplicaStore store;
  private @Nullable RestoredState recovered;
  private @Nullable AcceptorView promises;
  private @Nullable ActorRef acceptor;
  private akka.actor.typed.@Nullable ActorRef<CacheOwner.Command> replica;

  MachineBoot(DiskFileSystem mounted, Optional<Breakage> broken, Acknowledged acknowledged) {
    this.mounted = mounted;
    this.broken = broken;
    this.acknowledged = acknowledged;
  }

  private boolean has(Breakage breakage) {
    return broken.filter(breakage::equals).isPresent();
  }

  /**
   * Starts it, in a node's order.
   *
   * @throws PowerCut if the power goes meanwhile
   * @throws NodeStopped if it cannot start though the power is on
   */
  void start() throws PowerCut, NodeStopped, InterruptedException {
    try {
      DurableFilePath files =
          has(Breakage.WRITES_NOT_SYNCED) ? new UnsyncedFilePath() : new PowerFilePath();
      Path place = mounted.root().resolve("data");
      DataDirectory opened = DataDirectory.open(place, "power", MachineSettings.SELF.node());
      directory = opened;
      Path storeFile = opened.storeFile(MachineSettings.GROUP);
      new KnownDatabases(opened)
          .require(
              List.of(new FilePlace(opened.journalFile(), files), new FilePlace(storeFile, files)));
      ReplicaStore stored = JdbcReplicaStore.open(storeFile, MachineSettings.TERMS, files);
      store = has(Breakage.FLUSH_TOLD_EARLY) ? new EarlyStore(stored) : stored;
      recovered = store.load();
      system = systemOn(opened, files);
      promises = await(startAcceptor(system), "the acceptor's recovery");
      replica = startReplica(system, store);
    } catch (DataDirectoryException | NodeStartException | RuntimeException e) {
      throw stopped("the node does not start", e);
    }
  }

  private ActorSystem systemOn(DataDirectory opened, DurableFilePath files) {
    Config settings =
        MachineSettings.actorSystem(opened.journalFile(), has(Breakage.PROMISE_FORGOTTEN));
    return ActorSystem.create(
        "power",
        ActorSystemSetup.create(
            BootstrapSetup.create(settings), JournalSetup.create(failed::complete, files)));
  }

  private CompletableFuture<AcceptorView> startAcceptor(ActorSystem of) {
    AcceptorWords words = new AcceptorWords(this, acknowledged, replies);
    acceptor =
        of.actorOf(
            AcceptorActor.create(
                MachineSettings.GROUP,
                MachineSettings.LIMITS,
                stored(),
                Slot.ZERO,
                Set.copyOf(MachineSettings.MEMBERS),
                new JournalPairLog(JournalDatabase.get(of).reader()),
                words));
    return words.recovered();
  }

  private akka.actor.typed.ActorRef<CacheOwner.Command> startReplica(
      ActorSystem of, ReplicaStore on) {
    ReplicaWords words = new ReplicaWords(this, acknowledged, learned, applied);
    DispatcherSelector blocking =
        DispatcherSelector.fromConfig("holdfast-persistence.blocking-dispatcher");
    Supplier<Now> clock = () -> new Now(System.nanoTime(), System.currentTimeMillis());
    return Adapter.spawn(
        of,
        CacheOwner.create(
            MachineSettings.SELF,
            MachineSettings.MEMBERS,
            on,
            on.load(),
            Optional.empty(),
            new CacheOwner.Neighbours(words, words, words, failed::complete, failed::complete),
            new CacheOwner.Environment(
                MachineSettings.REPLICA, MachineSettings.TICK, clock, blocking, blocking)),
        "cache-owner");
  }

  // ---- Talking to it

  void tell(AcceptorInput input) {
    tellAcceptor(new AcceptorActor.Input(input));
  }

  void tellAcceptor(AcceptorActor.Message message) {
    started(acceptor).tell(message, ActorRef.noSender());
  }

  /** What comes before the replica is there is lost, as on a network. */
  void tellReplica(CacheOwner.Command command) {
    akka.actor.typed.ActorRef<CacheOwner.Command> told = replica;
    if (told != null) {
      told.tell(command);
    }
  }

  /** It has stopped. */
  void failed(Throwable cause) {
    failed.complete(cause);
  }

  Replies replies() {
    return replies;
  }

  /** The slots that the replica has learned. */
  Milestone learned() {
    return learned;
  }

  /** The slots that the replica has executed. */
  Milestone applied() {
    return applied;
  }

  DataDirectory directory() {
    return started(directory);
  }

  ReplicaStore store() {
    return started(store);
  }

  /** What the store held when it was opened; can be used up once. */
  RestoredState recovered() {
    return started(recovered);
  }

  /** The last slot in the store when it was opened. */
  Slot stored() {
    return recovered().header().applied();
  }

  /** What the acceptor held once it had recovered. */
  AcceptorView promises() {
    return started(promises);
  }

  /** One bounded step of making the room of deleted rows usable again, in turn with the writes. */
  CompletionStage<Void> reclaim() {
    return JournalDatabase.get(started(system)).writer().inTurnVoid(EventJournal::reclaim);
  }

  /**
   * What stands in the journal: the last event that its newest snapshot includes, and its first
   * event; 0 where there is none.
   */
  JournalEnds journalEnds() throws PowerCut, NodeStopped, InterruptedException {
    String id = AcceptorActor.persistenceId(MachineSettings.GROUP);
    return await(
        JournalDatabase.get(started(system))
            .reader()
            .read(
                "looking at the journal",
                journal -> {
                  long[] first = new long[1];
                  journal.read(id, 0, Long.MAX_VALUE, 1, row -> first[0] = row.sequenceNumber());
                  long snapshot =
                      journal
                          .latestSnapshot(
                              id, new SnapshotBounds(0, Long.MAX_VALUE, 0, Long.MAX_VALUE))
                          .map(SnapshotRow::sequenceNumber)
                          .orElse(0L);
                  return new JournalEnds(snapshot, first[0]);
                }),
        "looking at the journal");
  }

  /**
   * What stands in a journal.
   *
   * @param snapshot the last event that the newest snapshot includes, 0 without one
   * @param firstEvent the first event, 0 without one
   */
  record JournalEnds(long snapshot, long firstEvent) {}

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not started");
    }
    return part;
  }

  /**
   * Waits for an answer.
   *
   * @param what is waited for, for people
   * @throws PowerCut if the power goes first
   * @throws NodeStopped if the node stops first, or the answer is a failure, or none comes
   */
  <T> T await(CompletionStage<T> answer, String what)
      throws PowerCut, NodeStopped, InterruptedException {
    CompletableFuture<T> awaited = answer.toCompletableFuture();
    try {
      CompletableFuture.anyOf(awaited, failed, mounted.disk().off().toCompletableFuture())
          .get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (awaited.isDone()) {
        return awaited.get();
      }
    } catch (ExecutionException e) {
      throw stopped(what, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new NodeStopped(what + ": nothing came within " + PATIENCE.toSeconds() + " s");
    }
    throw stopped(what, failed.getNow(new IllegalStateException("no answer")));
  }

  /** Why it has stopped: the power, or something else. */
  NodeStopped stopped(String what, Throwable cause) throws PowerCut {
    if (mounted.disk().isOff()) {
      throw new PowerCut();
    }
    return new NodeStopped(what, cause);
  }

  // ---- Its end

  /**
   * Ends it. With the power on that is a node's orderly end; with the power off it is only what
   * this process needs to be rid of it.
   *
   * @throws NodeStopped if it does not end though the power is on
   */
  @Override
  public void close() throws NodeStopped {
    if (closed) {
      return;
    }
    closed = true;
    try {
      ActorSystem running = system;
      if (running != null) {
        if (promises != null) {
          drain(running);
        }
        running.terminate();
        running
            .getWhenTerminated()
            .toCompletableFuture()
            .get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new NodeStopped("the node does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (store != null) {
        store.close();
      }
    } catch (RuntimeException e) {
      refuseWithPower("closing the store", e);
    }
    try {
      if (directory != null) {
        directory.close();
      }
    } catch (DataDirectoryException e) {
      refuseWithPower("closing the directory", e);
    }
  }

  /**
   * Has the acceptor end, and waits until all that it asked of the journal is written or failed.
   */
  private void drain(ActorSystem running)
      throws InterruptedException, ExecutionException, TimeoutException {
    Patterns.gracefulStop(started(acceptor), PATIENCE)
        .toCompletableFuture()
        .get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    JournalDatabase.get(running)
        .writer()
        .inTurn(journal -> true)
        .handle((done, failure) -> true)
        .toCompletableFuture()
        .get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void refuseWithPower(String what, Exception e) throws NodeStopped {
    if (!mounted.disk().isOff()) {
      throw new NodeStopped(what, e);
    }
  }
}
