package io.holdfast.mesh.actor;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.Now;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.SnapshotSettings;
import io.holdfast.sync.core.TokenBucket;
import io.holdfast.sync.store.DamagedStore;
import io.holdfast.sync.store.SnapshotReading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hands the states of this node's replicas out as snapshots: a few at a time, all together no
 * faster than a group sends snapshots to members that lag, so that live writes have the rest of the
 * disk and the network. For any thread.
 *
 * <p><b>Linearizable</b>: a snapshot holds every write that was acknowledged before it was asked
 * for. A read at the leader says how far the log was then; the store's state is pinned once it
 * holds that durably. What is only in the memory of this replica is not in its store.
 */
final class Backups {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** A store is flushed several times a second; one that is this late is not keeping up. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** A read that costs nothing and tells the slot: of one key, only whether it is there. */
  private static final ReadQuery SLOT =
      new ReadQuery(
          KeyRange.key(ByteString.copyFrom(new byte[1])),
          OptionalLong.empty(),
          1,
          ReadDetail.COUNT);

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
  CompletionStage<SnapshotAnswer> open(GroupId name, GroupNode group) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return CompletableFuture.completedFuture(
          refused(
              OutcomeCode.OVERLOADED,
              "This node sends " + most + " snapshots already; ask another one, or later."));
    }
    CompletionStage<SnapshotAnswer> answer =
        group
            .service()
            .readLinearizable(SLOT)
            .thenCompose(
                read ->
                    read instanceof ReadAnswer.Listed listed
                        ? pinned(name, group, new Slot(listed.at().slot()))
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

  /** Waits until the store holds all up to {@code slot}, then pins its state. */
  private CompletionStage<SnapshotAnswer> pinned(GroupId name, GroupNode group, Slot slot) {
    return stored(group, slot, clock.get())
        .thenApplyAsync(
            stored -> {
              if (!stored) {
                return refused(
                    OutcomeCode.NOT_READY,
                    "The store of this node lags behind the log; ask another one, or later.");
              }
              SnapshotReading reading = group.pin();
              if (reading.head().slot().isAtMost(slot) && !reading.head().slot().equals(slot)) {
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
                      reading,
                      this,
                      open::decrementAndGet));
            },
            blocking);
  }

  private CompletionStage<Boolean> stored(GroupNode group, Slot slot, Now since) {
    return group
        .durable()
        .toCompletableFuture()
        // A replica that ends says nothing any more.
        .completeOnTimeout(Slot.ZERO, PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
        .thenCompose(
            durable -> {
              if (slot.isAtMost(durable)) {
                return CompletableFuture.completedFuture(true);
              }
              if (clock.get().nanosSince(since.monotonicNanos()) > PATIENCE.toNanos()) {
                return CompletableFuture.completedFuture(false);
              }
              return after(LOOK_AGAIN).thenCompose(waited -> stored(group, slot, since));
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
