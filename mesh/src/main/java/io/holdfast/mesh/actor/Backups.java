package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.SnapshotSettings;
import io.holdfast.sync.core.TokenBucket;
import io.holdfast.sync.store.DamagedStore;
import io.holdfast.sync.store.SnapshotReading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the states of this node's replicas out as snapshots: a few at a time, all together no
 * faster than a group sends snapshots to members that lag, so that live writes have the rest of the
 * disk and the network. For any thread.
 *
 * <p><b>Linearizable</b>: a snapshot holds every write that was acknowledged before it was asked
 * for. A read at the leader says how far the log was then; the store's state is pinned once it
 * holds that durably. What is only in the memory of this replica is not in its store.
 *
 * <p>The leader's read says nothing of what came of the log here: so a replica that is known to
 * differ from a majority hands nothing out, and what it has begun is broken off.
 */
final class Backups {

  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** A store is flushed several times a second; one that is this late is not keeping up. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final String DIVERGED =
      "The replica of this node differs from a majority; ask another one.";

  /** A replica, as far as it is needed for a snapshot of it. */
  interface Source {

    /** A read that sees every write acknowledged before it. */
    CompletionStage<ReadAnswer> readLinearizable(ReadQuery query);

    /** The last slot that the store holds, with all before it; fails once the replica has ended. */
    CompletionStage<Slot> durable();

    /** Where it differs from a majority of the others, once that is known. */
    Optional<Divergence> divergence();

    /** The state of the store, pinned; on a thread that may block. */
    Pinned pin();
  }

  /**
   * A pinned state.
   *
   * @param reading reads it
   * @param divergence that of the replica whose state it is, also once another has taken its place
   */
  record Pinned(SnapshotReading reading, Supplier<Optional<Divergence>> divergence) {}

  private final HoldfastSettings settings;
  private final Supplier<Now> clock;
  private final Executor blocking;
  private final int most;
  private final AtomicInteger open = new AtomicInteger();
  private final TokenBucket rate;
  private final Consumer<Throwable> damaged;

  /**
   * @param blocking where the store is read
   * @param damaged is told that a store is not what was written; ends the node
   */
  Backups(
      HoldfastSettings settings,
      SnapshotSettings bounds,
      Supplier<Now> clock,
      Executor blocking,
      Consumer<Throwable> damaged) {
    this.settings = settings;
    this.clock = clock;
    this.blocking = blocking;
    this.damaged = damaged;
    this.most = bounds.maxSessions();
    this.rate = new TokenBucket(bounds.bytesPerSecond());
  }

  /** Opens a snapshot of a group as it is now. */
  CompletionStage<SnapshotAnswer> open(GroupId name, Source replica) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return CompletableFuture.completedFuture(
          refused(
              OutcomeCode.OVERLOADED,
              "This node sends " + most + " snapshots already; ask another one, or later."));
    }
    CompletionStage<SnapshotAnswer> answer =
        replica
            .readLinearizable(ReadQuery.POSITION)
            .thenCompose(
                read ->
                    read instanceof ReadAnswer.Listed listed
                        ? pinned(name, replica, new Slot(listed.at().slot()))
                        : CompletableFuture.completedFuture(refusal(read)));
    return answer.whenComplete(
        (opened, failure) -> {
          if (!(opened instanceof SnapshotAnswer.Opened)) {
            open.decrementAndGet();
          }
        });
  }

  private static SnapshotAnswer refusal(ReadAnswer read) {
    if (read instanceof ReadAnswer.Refused refused) {
      return new SnapshotAnswer.Refused(refused.code(), refused.detail(), refused.retryAfter());
    }
    throw new IllegalStateException("a count of keys was answered by " + read);
  }

  private static SnapshotAnswer refused(OutcomeCode code, String detail) {
    return new SnapshotAnswer.Refused(code, detail, Optional.of(Duration.ofSeconds(1)));
  }

  private static SnapshotAnswer notReady(String detail) {
    return refused(OutcomeCode.NOT_READY, detail);
  }

  /** Waits until the store holds all up to {@code slot}, then pins its state. */
  private CompletionStage<SnapshotAnswer> pinned(GroupId name, Source replica, Slot slot) {
    return stored(replica, slot, clock.get())
        .thenApplyAsync(
            stored ->
                stored
                    ? pin(name, replica, slot)
                    : notReady("The store of this node lags behind the log; ask another one."),
            blocking)
        // The read says what is right at the leader; what came of it here may be something else.
        .thenApply(
            answer ->
                answer instanceof SnapshotAnswer.Refused && replica.divergence().isPresent()
                    ? notReady(DIVERGED)
                    : answer);
  }

  private SnapshotAnswer pin(GroupId name, Source replica, Slot slot) {
    Pinned pinned;
    try {
      pinned = replica.pin();
    } catch (DamagedStore e) {
      damaged(e);
      return notReady("The store of this node is damaged, and the node stops; ask another one.");
    } catch (StorageFailure e) {
      // Closed, since another takes its place; a disk that fails is found by whoever writes there.
      LOG.warn("no state of group {} can be pinned now: {}", name, RootCause.of(e));
      return notReady("The store of this node cannot be read now; ask another one.");
    }
    SnapshotReading reading = pinned.reading();
    if (pinned.divergence().get().isPresent()) {
      reading.close();
      return notReady(DIVERGED);
    }
    if (!slot.isAtMost(reading.head().slot())) {
      reading.close();
      throw new IllegalStateException(
          "a state of slot %s was pinned, though all up to %s was durable"
              .formatted(reading.head().slot(), slot));
    }
    return new SnapshotAnswer.Opened(
        new PinnedSnapshot(
            new SnapshotFileHeader(
                settings.mesh().id(),
                name,
                settings.logFingerprint(name),
                Instant.ofEpochMilli(clock.get().wallMillis())),
            pinned,
            this,
            open::decrementAndGet));
  }

  /** Whether the store has come to hold all up to {@code slot}, and what it should. */
  private CompletionStage<Boolean> stored(Source replica, Slot slot, Now since) {
    return replica
        .durable()
        .exceptionally(ended -> Slot.ZERO)
        .toCompletableFuture()
        // A replica that ends says nothing any more.
        .completeOnTimeout(Slot.ZERO, PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
        .thenCompose(
            durable -> {
              if (replica.divergence().isPresent()) {
                return CompletableFuture.completedFuture(false);
              }
              if (slot.isAtMost(durable)) {
                return CompletableFuture.completedFuture(true);
              }
              if (clock.get().nanosSince(since.monotonicNanos()) > PATIENCE.toNanos()) {
                return CompletableFuture.completedFuture(false);
              }
              return after(LOOK_AGAIN).thenCompose(waited -> stored(replica, slot, since));
            });
  }

  private CompletableFuture<Void> after(Duration time) {
    return CompletableFuture.runAsync(
        () -> {},
        CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS, blocking));
  }

  /** A row of the store is not what was written: nothing of it may be served any more. */
  void damaged(DamagedStore cause) {
    damaged.accept(cause);
  }

  /** Where the store is read. */
  Executor blocking() {
    return blocking;
  }

  /** Completes when something may be sent. */
  CompletionStage<Void> turn() {
    synchronized (rate) {
      if (rate.isOpen(clock.get())) {
        return CompletableFuture.completedFuture(null);
      }
    }
    return after(LOOK_AGAIN).thenCompose(waited -> turn());
  }

  /** So many bytes are sent. */
  void sends(long bytes) {
    synchronized (rate) {
      rate.take(bytes);
    }
  }
}
