package io.holdfast.acceptor.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Reads a journal beside its writer, on threads for blocking work. A read that fails is as final as
 * a write that does: the database may skip commits silently after an error, so the writer
 * acknowledges nothing from then on and the listener is told (StorageFailureIsNotRejection).
 */
public final class JournalReader {

  private final EventJournal journal;
  private final JournalWriter writer;
  private final Executor blocking;

  JournalReader(EventJournal journal, JournalWriter writer, Executor blocking) {
    this.journal = journal;
    this.writer = writer;
    this.blocking = blocking;
  }

  /**
   * Runs {@code step}, which must only read.
   *
   * @param what is being read, for the words of a failure
   * @return completes on a thread for blocking work; failed with {@link StorageFailure} when the
   *     journal cannot be read, or holds what means nothing
   */
  public <T> CompletionStage<T> read(String what, JournalWriter.Step<T> step) {
    CompletableFuture<T> done = new CompletableFuture<>();
    blocking.execute(
        () -> {
          try {
            done.complete(step.run(journal));
          } catch (Throwable e) {
            StorageFailure failure =
                e instanceof StorageFailure known ? known : new StorageFailure(what, e);
            writer.fail(failure);
            done.completeExceptionally(failure);
          }
        });
    return done;
  }
}
