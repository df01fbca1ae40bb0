package io.holdfast.acceptor.store;

import io.holdfast.acceptor.core.AcceptorCodec;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.PairSelection;
import io.holdfast.acceptor.core.Slot;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A {@link PairLog} on an {@link EventJournal}. */
public final class JournalPairLog implements PairLog {

  private final EventJournal journal;
  private final Executor blocking;

  /**
   * @param journal the journal
   * @param blocking runs the reads
   */
  public JournalPairLog(EventJournal journal, Executor blocking) {
    this.journal = journal;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<List<AcceptedPair>> read(
      String persistenceId, SlotSegment segment, Slot from, Slot upTo, int maxBytes) {
    return CompletableFuture.supplyAsync(
        () -> {
          PairSelection selection = new PairSelection(from, upTo, maxBytes);
          try {
            journal.read(
                persistenceId,
                segment.firstSequenceNumber(),
                segment.lastSequenceNumber(),
                row -> selection.offer(event(row)));
          } catch (SQLException e) {
            throw new StorageFailure("reading old batches of " + persistenceId, e);
          }
          return selection.contiguous();
        },
        blocking);
  }

  private static AcceptorEvent event(JournalRow row) {
    try {
      return AcceptorCodec.event(row.event().bytes());
    } catch (MalformedMessage e) {
      throw new StorageFailure(
          "event " + row.sequenceNumber() + " of " + row.persistenceId() + " is damaged", e);
    }
  }
}
