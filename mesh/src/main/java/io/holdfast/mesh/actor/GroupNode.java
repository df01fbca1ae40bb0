package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.ChainPoint;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.PoolStatus;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import io.holdfast.mesh.core.TakingPart;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.MembershipView;
import io.holdfast.sync.actor.SnapshotPort;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.WriteId;
import io.holdfast.sync.store.JdbcSnapshotWriting;
import io.holdfast.sync.store.SnapshotWriting;
import io.holdfast.sync.store.StoreInstallation;
import io.holdfast.sync.store.StoreInstallation.Replaced;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group on this node, through all its runs: when a snapshot was received, its run ends, the
 * snapshot takes the place of the store, and the next run begins. For any thread; what comes
 * between two runs finds the earlier one, which answers that it is not ready.
 */
final class GroupNode implements Backups.Source {

  private static final Logger LOG = LoggerFactory.getLogger(GroupNode.class);

  private final NodeParts node;
  private final Known group;
  private final DatabasePlace storePlace;
  private final GroupObservations observations;
  private int runs;

  /** Held by a renewal, which may be long, and by whoever closes the store for good. */
  private final ReentrantLock store = new ReentrantLock();

  private volatile boolean ending;
  private volatile GroupRun run;
  private volatile CompletableFuture<GroupRun> current;

  /**
   * Starts the group's first run; blocks, see {@link GroupRun}.
   *
   * @param group the group, of which all founders are known
   * @param storePlace where the records lie
   */
  GroupNode(NodeParts node, Known group, DatabasePlace storePlace) {
    this.node = node;
    this.group = group;
    this.storePlace = storePlace;
    this.observations =
        new GroupObservations(
            node.meters().take(group.name()),
            new FlightRecorder(
                node.self().node(),
                node.settings().coordinator().window(),
                () -> node.clock().get().wallMillis()));
    try {
      this.run = nextRun();
    } catch (RuntimeException e) {
      node.meters().forget(observations.meters());
      throw e;
    }
    this.current = CompletableFuture.completedFuture(run);
  }

  private GroupRun nextRun() {
    runs++;
    return new GroupRun(node, group, storePlace, observations, new Intake(), runs);
  }

  // ---- From run to run

  /** Receives snapshots beside the store, and ends the run when one is there. */
  private final class Intake implements SnapshotPort {
    @Override
    public Optional<SnapshotWriting> receive() {
      return Optional.of(
          node.around()
              .receiving(
                  JdbcSnapshotWriting.open(
                      storePlace, CoreSettings.terms(node.settings().replica()))));
    }

    @Override
    public void markDiverged(Divergence divergence) {
      node.divergenceMark(storePlace).write(divergence);
    }

    @Override
    public void complete(SnapshotHead head, boolean diverged) {
      node.renewals().execute(() -> renew(head, diverged));
    }
  }

  /** A node that cannot go on after half of this must not: what is on disk is whole. */
  private void renew(SnapshotHead head, boolean diverged) {
    store.lock();
    try {
      if (ending) {
        return; // the next start receives it again, or finds what is there of it
      }
      CompletableFuture<GroupRun> next = new CompletableFuture<>();
      current = next;
      try {
        replace(head, diverged);
        begin(next, head);
      } catch (RuntimeException e) {
        node.failure().storage(e);
        next.completeExceptionally(new RunEnded(e));
      }
    } finally {
      store.unlock();
    }
  }

  private void replace(SnapshotHead head, boolean diverged) {
    GroupRun before = run;
    before.closeService();
    before.endActors().toCompletableFuture().join();
    before.closeStore();
    StoreInstallation.of(storePlace, node.around()::installing)
        .install(
            head.slot(), diverged ? Replaced.KEPT : Replaced.DELETED, Optional.of(node.boot()));
    if (diverged) {
      // A crash before this has another state fetched once more.
      node.divergenceMark(storePlace).remove();
    }
  }

  /** A node that has begun to end since needs no other run, or has it end at once. */
  private void begin(CompletableFuture<GroupRun> next, SnapshotHead head) {
    if (ending) {
      next.completeExceptionally(new RunEnded());
      return;
    }
    GroupRun begun = nextRun();
    run = begun;
    if (ending) {
      begun.closeService();
    }
    next.complete(begun);
    LOG.info("{}: goes on from a snapshot of slot {}", group.name(), head.slot());
  }

  /** Asks the run, and the one after it where that one ends meanwhile. */
  private <T> CompletionStage<T> ask(Function<GroupRun, CompletableFuture<T>> question) {
    CompletableFuture<GroupRun> asked = current;
    return asked
        .thenCompose(question)
        .exceptionallyCompose(
            lost -> asked == current ? CompletableFuture.failedFuture(lost) : ask(question));
  }

  // ---- While it runs

  GroupService service() {
    return run.service();
  }

  /** What all members have seen of a write. */
  CompletionStage<StoriesAnswer> stories(WriteId id, Caller caller) {
    return run.stories(id, caller);
  }

  ChangeService changes() {
    return run.changes();
  }

  /** What this node is in the group, in one word; see {@link GroupRun#role}. */
  String role(String coordinator) {
    return run.role(coordinator);
  }

  /** What this node is in the group, where it serves nothing of it. */
  Optional<TakingPart> withoutPart() {
    return run.withoutPart();
  }

  /** Who takes part. */
  CompletionStage<MembershipView> membership() {
    return ask(GroupRun::membership);
  }

  /** A greeted peer said something about this group. */
  void heard(Heard heard) {
    run.heard(heard);
  }

  /** Time since this node last knew itself to have executed all that a leader called chosen. */
  Optional<Duration> staleness() {
    return observations.staleness(node.clock().get());
  }

  CompletionStage<GroupStatus> status() {
    return ask(GroupRun::status);
  }

  /** What is active, and was; absent while the replica is known to differ from the others. */
  CompletionStage<Optional<ControlStatus>> control() {
    return ask(GroupRun::control);
  }

  /** How much of the pools is given; none while the replica is known to differ from the others. */
  CompletionStage<List<PoolStatus>> pools() {
    return ask(GroupRun::pools);
  }

  /** What can be said of the group while nobody answers: another run begins, or the node ends. */
  GroupStatus silence() {
    return GroupViews.silence(
        group.name(),
        current.isDone() ? "silent" : "renewing",
        run.taking().map(TakingPart::newest),
        observations.counters());
  }

  /** How the replica stands at a slot. */
  CompletionStage<ChainPoint> chain(Slot slot) {
    return ask(asked -> asked.chain(slot));
  }

  /** What this group's coordinator knows of its peers. */
  CompletionStage<CoordinatorView> view() {
    return ask(GroupRun::view);
  }

  @Override
  public CompletionStage<ReadAnswer> readLinearizable(ReadQuery query) {
    return run.service().readLinearizable(query, Caller.NODE);
  }

  @Override
  public CompletionStage<Slot> durable() {
    return ask(GroupRun::durable);
  }

  @Override
  public Optional<Divergence> divergence() {
    return run.divergence();
  }

  @Override
  public Backups.Pinned pin() {
    return run.pin();
  }

  /** The size of the record store. */
  long storedBytes() {
    return run.storedBytes();
  }

  /** Lets another voter lead, if this node leads and that one can. */
  void handOver(MemberId successor) {
    run.handOver(successor);
  }

  /** Has the journal forget slots up to here that its own store holds; see TrimOnlyDurable. */
  void trim(Slot upTo) {
    run.trim(upTo);
  }

  /** This node, as a member. */
  MemberId self() {
    return node.self();
  }

  // ---- Its end

  /**
   * Ends it while the node goes on: the group was deleted. Blocks.
   *
   * @return whether nothing of it is open any more
   */
  boolean end() {
    closeService(); // no run follows this one, but for one that has begun to
    if (!takeStore()) {
      return false;
    }
    try {
      run.closeService();
      run.endActors().toCompletableFuture().join();
      run.closeStore();
      node.meters().forget(observations.meters());
      return true;
    } catch (CompletionException e) {
      LOG.warn("{}: its actors have not ended", group.name(), e);
      return false;
    } finally {
      store.unlock();
    }
  }

  /** The journal failed: callers are told so before the node ends. */
  void localWriteFailed() {
    run.localWriteFailed();
  }

  /** Finishes what is under way and hands leadership over. */
  CompletionStage<Void> resign() {
    return ask(GroupRun::resign);
  }

  /** Answers whoever still waits; before the actors end. No run follows any more. */
  void closeService() {
    ending = true;
    run.closeService();
  }

  /** After the actors have ended; a renewal that does not end is waited for within bounds. */
  void closeStore() {
    if (takeStore()) {
      try {
        run.closeStore();
      } finally {
        store.unlock();
      }
    }
  }

  /** Waits, within bounds, until no renewal is under way. */
  private boolean takeStore() {
    boolean alone = false;
    try {
      alone = store.tryLock(HoldfastNode.CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!alone) {
      LOG.warn("{}: the store is left as it is: a renewal has not ended", group.name());
    }
    return alone;
  }
}
