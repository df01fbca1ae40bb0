package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A store that counts its reads, and those apart that are made by the thread that is applying
 * (NoStoreReadInApply): a number that operators can see to be zero.
 */
public final class CountingStore implements ReplicaStore {

  private final ReplicaStore store;
  private final LongAdder reads = new LongAdder();
  private final AtomicLong readsWhileApplying = new AtomicLong();
  private volatile @Nullable Thread applying;

  public CountingStore(ReplicaStore store) {
    this.store = store;
  }

  /** The calling thread applies while this runs. */
  public void whileApplying(Runnable step) {
    applying = Thread.currentThread();
    try {
      step.run();
    } finally {
      applying = null;
    }
  }

  /** Calls that read, since the store was opened. */
  public long reads() {
    return reads.sum();
  }

  /** Calls that read made by a thread while it was applying. */
  public long readsWhileApplying() {
    return readsWhileApplying.get();
  }

  private void count() {
    reads.increment();
    if (Thread.currentThread() == applying) {
      readsWhileApplying.incrementAndGet();
    }
  }

  @Override
  public RestoredState load() {
    count();
    return store.load();
  }

  @Override
  public void flush(ReplicaDelta delta) {
    store.flush(delta);
  }

  @Override
  public List<Optional<Change>> read(List<Long> places) {
    count();
    return store.read(places);
  }

  @Override
  public List<Optional<Change>> readAt(List<Long> heads, long revision) {
    count();
    return store.readAt(heads, revision);
  }

  @Override
  public List<Change> changes(long from, long to, int maxChanges, long maxBytes) {
    count();
    return store.changes(from, to, maxChanges, maxBytes);
  }

  @Override
  public Optional<Detailed> answer(long ordinal) {
    count();
    return store.answer(ordinal);
  }

  @Override
  public boolean collect() {
    return store.collect();
  }

  @Override
  public SnapshotReading snapshot(long afterPlace) {
    return store.snapshot(afterPlace);
  }

  @Override
  public Slot installedAt() {
    return store.installedAt();
  }

  @Override
  public long storedBytes() {
    return store.storedBytes();
  }

  @Override
  public void close() {
    store.close();
  }
}
