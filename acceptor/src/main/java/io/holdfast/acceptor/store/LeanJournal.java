package io.holdfast.acceptor.store;

import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Akka's journal plug-in: a lean write path onto the tables of akka-persistence-jdbc. All writes of
 * a moment, of all persistent actors, share one commit ({@link JournalWriter}).
 *
 * <p>A write fails with {@link StorageFailure}, and every later one with it; an event that cannot
 * be serialized is rejected on its own, as Akka asks, since it never came near the disk.
 */
public final class LeanJournal extends AsyncWriteJournal {

  private final JournalDatabase database = JournalDatabase.get(context().system());
  private final RowSerialization serialization = new RowSerialization(context().system());

  /** For Akka. */
  public LeanJournal() {}

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    List<JournalRow> rows = new ArrayList<>();
    List<Optional<Exception>> rejections = new ArrayList<>();
    boolean rejected = false;
    for (AtomicWrite write : messages) {
      try {
        rows.addAll(serialization.rows(write));
        rejections.add(Optional.empty());
      } catch (RuntimeException e) {
        rejections.add(Optional.of(e));
        rejected = true;
      }
    }
    // Akka reads an empty answer as "all written".
    Iterable<Optional<Exception>> answer = rejected ? rejections : List.of();
    if (rows.isEmpty()) {
      return Future.successful(answer);
    }
    return FutureConverters.asScala(database.writer().append(rows).thenApply(durable -> answer));
  }

  /**
   * Answers once the delete is queued, not once all is gone. Akka's circuit breaker takes a call
   * that outlasts its timeout for a broken disk, and a long backlog takes longer than any timeout
   * for a write should be. The answer promises nothing that a crash could break: events of before a
   * snapshot that come back are not replayed, and the delete after the next snapshot takes them
   * along. A delete that fails later is a storage failure like any other, and the listener is told.
   */
  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return FutureConverters.asScala(database.writer().delete(persistenceId, toSequenceNr));
  }

  /** In turn with the writes, so that those still under way at a restart are counted. */
  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    return FutureConverters.asScala(
        database.writer().inTurn(journal -> journal.highestSequenceNumber(persistenceId)));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    CompletionStage<Boolean> replayed =
        database
            .reader()
            .read(
                "replaying " + persistenceId,
                journal -> {
                  journal.read(
                      persistenceId,
                      fromSequenceNr,
                      toSequenceNr,
                      max,
                      row -> replayCallback.accept(serialization.message(row)));
                  return true;
                });
    return FutureConverters.asScala(replayed.thenAccept(done -> {}));
  }
}
