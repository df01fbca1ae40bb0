package io.holdfast.acceptor.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes a journal. Whatever waits when it is free shares one batch insert and
 * one commit, so the more writers there are the fewer commits each costs (group commit), and one
 * alone never waits for company.
 *
 * <p>Requests take effect in the order in which they were made, except that deleting goes on in
 * slices between later ones. The first failure, of any kind, is final: that request and all later
 * ones fail with the same {@link StorageFailure}, nothing is retried, and the listener is told
 * once, before anyone else (StorageFailureIsNotRejection).
 *
 * <p>The queue is bounded in bytes and requests; a caller that finds it full waits. Of deletes it
 * holds one per persistence id, and asking for one never waits.
 */
public final class JournalWriter implements AutoCloseable {

  /** The name of the thread. */
  public static final String THREAD_NAME = "holdfast-journal-writer";

  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

  private static final int MAX_QUEUED_REQUESTS = 4_096;
  private static final long MAX_QUEUED_BYTES = 64L * 1024 * 1024;

  /** A commit takes no more than this, to bound how long the requests behind it wait. */
  private static final long MAX_COMMIT_BYTES = 8L * 1024 * 1024;

  private static final int MAX_COMMIT_EVENTS = 1_024;

  /** Space of deleted rows is made usable again once per so many bytes written. */
  private static final long RECLAIM_EVERY_BYTES = 4L * 1024 * 1024;

  /** How many rows are forgotten at a time, between other requests. */
  private static final int MAX_DELETED_ROWS = 16;

  /** The room that a request takes in the database beside its payload, roughly. */
  private static final long BYTES_PER_REQUEST = 4_096;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  private final EventJournal journal;
  private final StorageFailureListener listener;
  private final JournalCounters counters = new JournalCounters();
  private final Thread thread;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Deque<Request> queue = new ArrayDeque<>();

  /** For each persistence id with a delete in the queue, up to where all that was asked goes. */
  @GuardedBy("lock")
  private final Map<String, Long> deletes = new HashMap<>();

  @GuardedBy("lock")
  private long queuedBytes;

  @GuardedBy("lock")
  private boolean closed;

  private final AtomicReference<@Nullable StorageFailure> failure = new AtomicReference<>();

  private long bytesSinceReclaim;

  private JournalWriter(EventJournal journal, StorageFailureListener listener) {
    this.journal = journal;
    this.listener = listener;
    this.thread = new Thread(this::run, THREAD_NAME);
    this.thread.setDaemon(true);
  }

  /** Starts the writer of {@code journal}, which nothing else may write to from now on. */
  public static JournalWriter start(EventJournal journal, StorageFailureListener listener) {
    JournalWriter writer = new JournalWriter(journal, listener);
    writer.thread.start();
    return writer;
  }

  /** A step on the journal, in turn with the writes. */
  @FunctionalInterface
  public interface Step<T> {

    T run(EventJournal journal) throws SQLException;
  }

  /** A step without a result. */
  @FunctionalInterface
  public interface VoidStep {

    void run(EventJournal journal) throws SQLException;
  }

  private sealed interface Request {

    long bytes();

    void fail(StorageFailure reason);
  }

  private record Append(
      List<JournalRow> rows, long bytes, long askedNanos, CompletableFuture<Boolean> done)
      implements Request {

    @Override
    public void fail(StorageFailure reason) {
      done.completeExceptionally(reason);
    }
  }

  private record Other<T>(Step<T> step, CompletableFuture<T> done) implements Request {

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public void fail(StorageFailure reason) {
      done.completeExceptionally(reason);
    }

    void run(EventJournal journal, List<Runnable> answers) throws SQLException {
      T result = step.run(journal);
      answers.add(() -> done.complete(result));
    }
  }

  /** The next slice of a delete; stands behind whatever was asked before its bound was. */
  private record Delete(String persistenceId, long toSequenceNumber) implements Request {

    @Override
    public long bytes() {
      return 0;
    }

    /** Nobody waits for a delete; whoever asks for the next one is told. */
    @Override
    public void fail(StorageFailure reason) {}
  }

  /**
   * Writes {@code rows}, all or none.
   *
   * @return completed (with true) once they are durable; failed with {@link StorageFailure} if they
   *     are, or may be, not
   */
  public CompletionStage<Boolean> append(List<JournalRow> rows) {
    long bytes = 0;
    for (JournalRow row : rows) {
      bytes += row.event().size();
    }
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    submit(new Append(List.copyOf(rows), bytes, System.nanoTime(), done));
    return done;
  }

  /** Runs {@code step} after everything that was asked before is durable. */
  public <T> CompletionStage<T> inTurn(Step<T> step) {
    CompletableFuture<T> done = new CompletableFuture<>();
    submit(new Other<>(step, done));
    return done;
  }

  /** The same for a step without a result. */
  public CompletionStage<Void> inTurnVoid(VoidStep step) {
    return inTurn(
            journal -> {
              step.run(journal);
              return true;
            })
        .thenAccept(done -> {});
  }

  /**
   * Forgets the events of {@code persistenceId} up to {@code toSequenceNumber}, a few at a time, so
   * that other requests need not wait until all are gone. Extends a delete of the same persistence
   * id that is still under way.
   *
   * <p>That takes as long as the backlog is long, so nobody waits for its end. A crash or {@link
   * #close()} may leave events that were to be forgotten: they do no harm, and the next delete
   * takes them along.
   *
   * @return completed as soon as the delete is queued, or failed with {@link StorageFailure} where
   *     the journal has failed or is closed; a later failure reaches the listener
   */
  public CompletionStage<Void> delete(String persistenceId, long toSequenceNumber) {
    StorageFailure reason = failure.get();
    synchronized (lock) {
      if (reason == null && closed) {
        reason = closedFailure();
      }
      if (reason != null) {
        return CompletableFuture.failedFuture(reason);
      }
      if (!deletes.containsKey(persistenceId)) {
        queue.addLast(new Delete(persistenceId, toSequenceNumber));
        lock.notifyAll();
      }
      deletes.merge(persistenceId, toSequenceNumber, Math::max);
    }
    return CompletableFuture.completedFuture(null);
  }

  /**
   * The journal failed elsewhere than in this writer, as in a read: from now on everything fails
   * with {@code reason}, what is being written included.
   */
  void fail(StorageFailure reason) {
    if (!failure.compareAndSet(null, reason)) {
      return;
    }
    try {
      listener.onStorageFailure(reason);
    } catch (RuntimeException e) {
      LOG.error("the listener for storage failures failed itself", e);
    }
  }

  public JournalCounters counters() {
    return counters;
  }

  private void submit(Request request) {
    boolean interrupted = false;
    boolean refused;
    synchronized (lock) {
      while (!closed && isFull()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      refused = closed;
      if (!refused) {
        queue.addLast(request);
        queuedBytes += request.bytes();
        lock.notifyAll();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (refused) {
      request.fail(closedFailure());
    }
  }

  @GuardedBy("lock")
  private boolean isFull() {
    return queue.size() >= MAX_QUEUED_REQUESTS || queuedBytes >= MAX_QUEUED_BYTES;
  }

  private static StorageFailure closedFailure() {
    return new StorageFailure("the journal is closed", new IllegalStateException("closed"));
  }

  private void run() {
    List<Request> next = nextRequests();
    while (!next.isEmpty()) {
      serve(next);
      next = nextRequests();
    }
  }

  /** One step, or as many appends as may share a commit; empty once closed and drained. */
  private List<Request> nextRequests() {
    List<Request> next = new ArrayList<>();
    synchronized (lock) {
      while (queue.isEmpty() && !closed) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          LOG.warn("{} was interrupted, which has no meaning here", THREAD_NAME, e);
        }
      }
      long bytes = 0;
      int events = 0;
      while (!queue.isEmpty() && bytes < MAX_COMMIT_BYTES && events < MAX_COMMIT_EVENTS) {
        Request first = queue.getFirst();
        if (!(first instanceof Append append)) {
          if (next.isEmpty()) {
            next.add(queue.removeFirst());
          }
          break;
        }
        next.add(queue.removeFirst());
        bytes += append.bytes();
        events += append.rows().size();
        queuedBytes -= append.bytes();
      }
      lock.notifyAll();
    }
    return next;
  }

  private void serve(List<Request> requests) {
    if (isFailed(requests)) {
      return;
    }
    List<Runnable> answers = new ArrayList<>(requests.size());
    try {
      if (requests.get(0) instanceof Other<?> other) {
        other.run(journal, answers);
        bytesSinceReclaim += BYTES_PER_REQUEST;
      } else if (requests.get(0) instanceof Delete delete) {
        deleteSome(delete);
        bytesSinceReclaim += BYTES_PER_REQUEST;
      } else {
        commit(requests, answers);
      }
    } catch (Throwable e) {
      // Errors too: whatever broke the write, its outcome is unknown and no later one may succeed.
      fail(new StorageFailure("writing the journal", e));
    }
    // Also where a read failed meanwhile: this commit may be one that the database skipped.
    if (isFailed(requests)) {
      return;
    }
    answers.forEach(Runnable::run);
    reclaim();
  }

  private boolean isFailed(List<Request> requests) {
    StorageFailure reason = failure.get();
    if (reason != null) {
      requests.forEach(request -> request.fail(reason));
    }
    return reason != null;
  }

  /**
   * One slice; what is left, and what was asked for meanwhile, queues up behind the others. It must
   * not take up what was asked for meanwhile at once: events that it is to forget may be in the
   * queue.
   */
  private void deleteSome(Delete delete) throws SQLException {
    String id = delete.persistenceId();
    long to = delete.toSequenceNumber();
    boolean more = journal.delete(id, to, MAX_DELETED_ROWS);
    synchronized (lock) {
      long asked = deletes.getOrDefault(id, to);
      if (!closed && (more || asked > to)) {
        queue.addLast(new Delete(id, asked));
      } else {
        deletes.remove(id);
      }
    }
  }

  private void commit(List<Request> requests, List<Runnable> answers) throws SQLException {
    List<JournalRow> rows = new ArrayList<>();
    long bytes = 0;
    for (Request request : requests) {
      if (request instanceof Append append) {
        rows.addAll(append.rows());
        bytes += append.bytes();
        answers.add(
            () -> {
              counters.acknowledged(System.nanoTime() - append.askedNanos());
              append.done().complete(true);
            });
      }
    }
    long began = System.nanoTime();
    journal.append(rows);
    counters.committed(requests.size(), rows.size(), bytes, System.nanoTime() - began);
    bytesSinceReclaim += bytes + BYTES_PER_REQUEST * requests.size();
  }

  private void reclaim() {
    if (bytesSinceReclaim < RECLAIM_EVERY_BYTES) {
      return;
    }
    bytesSinceReclaim = 0;
    try {
      journal.reclaim();
    } catch (Throwable e) {
      fail(new StorageFailure("reclaiming the journal's space", e));
    }
  }

  /**
   * Serves what was asked before, except what is left of deletes, then ends the thread. What is
   * asked later fails.
   */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      // They may be long, and the database is closed after a bounded wait.
      queue.removeIf(Delete.class::isInstance);
      deletes.clear();
      lock.notifyAll();
    }
    try {
      thread.join(CLOSE_WAIT.toMillis());
      if (thread.isAlive()) {
        LOG.error("{} did not end within {}", THREAD_NAME, CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
