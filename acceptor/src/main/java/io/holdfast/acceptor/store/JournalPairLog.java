package io.holdfast.acceptor.store;

import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.PairSelection;
import io.holdfast.acceptor.core.Slot;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A {@link PairLog} on an {@link EventJournal}. */
public final class JournalPairLog implements PairLog {

  private final JournalReader reader;

  /**
   * @param reader reads the journal
   */
  public JournalPairLog(JournalReader reader) {
    this.reader = reader;
  }

  @Override
  public CompletionStage<List<AcceptedPair>> read(
      String persistenceId, SlotSegment segment, Slot from, Slot upTo, int maxBytes) {
    return reader.read(
        "reading old batches of " + persistenceId,
        journal -> {
          PairSelection selection = new PairSelection(from, upTo, maxBytes);
          journal.read(
              persistenceId,
              segment.firstSequenceNumber(),
              segment.lastSequenceNumber(),
              row -> selection.offer(event(row)));
          return selection.contiguous();
        });
  }

  private static AcceptorEvent event(JournalRow row) {
    try {
      return JournalCodec.event(row.event().bytes());
    } catch (MalformedMessage e) {
      throw new StorageFailure(
          "event " + row.sequenceNumber() + " of " + row.persistenceId() + " is damaged", e);
    }
  }
}
