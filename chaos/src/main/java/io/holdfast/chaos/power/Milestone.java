package io.holdfast.chaos.power;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A slot that only grows, and that can be waited for. For any thread. */
final class Milestone {

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final TreeMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();

  @GuardedBy("lock")
  private long reached;

  /** It is here now, or further already. */
  void reach(long slot) {
    List<CompletableFuture<Void>> due;
    synchronized (lock) {
      reached = Math.max(reached, slot);
      Collection<CompletableFuture<Void>> passed = waiting.headMap(reached, true).values();
      due = new ArrayList<>(passed);
      passed.clear();
    }
    due.forEach(future -> future.complete(null));
  }

  long reached() {
    synchronized (lock) {
      return reached;
    }
  }

  /** Completes once it is there. */
  CompletableFuture<Void> at(long slot) {
    synchronized (lock) {
      return reached >= slot
          ? CompletableFuture.completedFuture(null)
          : waiting.computeIfAbsent(slot, unused -> new CompletableFuture<>());
    }
  }
}
