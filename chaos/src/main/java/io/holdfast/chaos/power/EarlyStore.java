package io.holdfast.chaos.power;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.store.ReplicaStore;
import io.holdfast.sync.store.SnapshotReading;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Broken on purpose: a flush has returned before it is durable. Whatever comes after it waits for
 * it, and fails with it.
 */
final class EarlyStore implements ReplicaStore {

  private final ReplicaStore store;
  private final ExecutorService flusher =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "early-store");
            thread.setDaemon(true);
            return thread;
          });

  private volatile CompletableFuture<Void> flushing = CompletableFuture.completedFuture(null);

  EarlyStore(ReplicaStore store) {
    this.store = store;
  }

  private <T> T inTurn(Supplier<T> step) {
    return flushing.thenApplyAsync(flushed -> step.get(), flusher).join();
  }

  @Override
  public RestoredState load() {
    return inTurn(store::load);
  }

  @Override
  public void flush(ReplicaDelta delta) {
    flushing = flushing.thenRunAsync(() -> store.flush(delta), flusher);
  }

  @Override
  public List<Optional<Change>> read(List<Long> places) {
    return inTurn(() -> store.read(places));
  }

  @Override
  public List<Optional<Change>> readAt(List<Long> heads, long revision) {
    return inTurn(() -> store.readAt(heads, revision));
  }

  @Override
  public List<Change> changes(long from, long to, int maxChanges, long maxBytes) {
    return inTurn(() -> store.changes(from, to, maxChanges, maxBytes));
  }

  @Override
  public Optional<Detailed> answer(long ordinal) {
    return inTurn(() -> store.answer(ordinal));
  }

  @Override
  public boolean collect() {
    return inTurn(store::collect);
  }

  @Override
  public SnapshotReading snapshot(long afterPlace) {
    return inTurn(() -> store.snapshot(afterPlace));
  }

  @Override
  public Slot installedAt() {
    return inTurn(store::installedAt);
  }

  @Override
  public long storedBytes() {
    return inTurn(store::storedBytes);
  }

  @Override
  public void close() {
    flusher.shutdown();
    store.close();
  }
}
