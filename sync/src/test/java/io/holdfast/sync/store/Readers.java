package io.holdfast.sync.store;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that read a store without pause and note what should not be. */
final class Readers implements AutoCloseable {

  /** Revisions in one flush, of two changes each. */
  static final int PER_FLUSH = 20;

  private static final int THREADS = 4;

  private final ReplicaStore store;
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong readable = new AtomicLong(1);
  private final AtomicLong compacted = new AtomicLong();
  private final AtomicLong head = new AtomicLong();
  private volatile boolean running = true;
  private volatile long revision;

  Readers(ReplicaStore store) {
    this.store = store;
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(this::run, "reader-" + i);
      thread.start();
      threads.add(thread);
    }
  }

  /** From which revision on readers ask, and up to where history is about to be compacted. */
  void readable(long from, long compactedTo) {
    readable.set(Math.max(1, from));
    compacted.set(compactedTo);
  }

  /** What was read from here on need not be whole: this reader was too slow. */
  private boolean isPassed(long from) {
    return compacted.get() >= from;
  }

  void flushed(long to, long newestPlace) {
    head.set(newestPlace);
    revision = to;
  }

  private void run() {
    try {
      while (running) {
        wholeFlushes();
        oldVersions();
        nextFlush();
        count.incrementAndGet();
      }
    } catch (RuntimeException e) {
      failures.add(e.toString());
    }
  }

  private void wholeFlushes() {
    long known = revision;
    long from = readable.get();
    List<Change> changes = store.changes(Place.first(from), Long.MAX_VALUE, 10_000, 1 << 30);
    if (isPassed(from)) {
      return;
    }
    long next = Place.first(from);
    for (Change change : changes) {
      if (change.place() != next) {
        failures.add("change %d where %d is next".formatted(change.place(), next));
        return;
      }
      next =
          Place.ordinal(next) == 0
              ? Place.of(change.modRevision(), 1)
              : Place.first(change.modRevision() + 1);
    }
    long last = changes.isEmpty() ? 0 : changes.get(changes.size() - 1).modRevision();
    if (last % PER_FLUSH != 0 || last < known) {
      failures.add("changes up to %d after a flush to %d".formatted(last, known));
    }
    readAll(from, changes);
  }

  private void readAll(long from, List<Change> changes) {
    List<Optional<Change>> found = store.read(changes.stream().map(Change::place).toList());
    if (!isPassed(from) && !found.equals(changes.stream().map(Optional::of).toList())) {
      failures.add("not all of what stands from %d on".formatted(from));
    }
  }

  private void oldVersions() {
    long newest = head.get();
    long from = readable.get();
    if (newest == 0 || Place.revision(newest) < from) {
      return;
    }
    Optional<Change> found = store.readAt(List.of(newest), from).get(0);
    if (!isPassed(from)
        && from > PER_FLUSH
        && (found.isEmpty() || found.get().modRevision() > from)) {
      failures.add("%s as of %d".formatted(found, from));
    }
  }

  /** Asks for what the next flush brings: all of it is there, or nothing. */
  private void nextFlush() {
    long first = revision + 1;
    List<Long> places = new ArrayList<>();
    for (long at = first; at < first + PER_FLUSH; at++) {
      places.add(Place.first(at));
    }
    long found = store.read(places).stream().filter(Optional::isPresent).count();
    if (!isPassed(first) && found != 0 && found != PER_FLUSH) {
      failures.add("%d of a flush of %d from %d on".formatted(found, PER_FLUSH, first));
    }
  }

  void finish() throws InterruptedException {
    running = false;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  long count() {
    return count.get();
  }

  @Override
  public void close() {
    running = false;
    try {
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
