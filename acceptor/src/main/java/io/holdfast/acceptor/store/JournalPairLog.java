package io.holdfast.acceptor.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.PairSelection;
import io.holdfast.acceptor.core.SegmentPlaces;
import io.holdfast.acceptor.core.Slot;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A {@link PairLog} on an {@link EventJournal}. A segment's events are looked through once, however
 * large they are and in however small chunks the pairs are asked for: where the pairs stand is
 * remembered for the segments that were read last.
 */
public final class JournalPairLog implements PairLog {

  /** Some 25 KB each: for a few peers at a time, each reading on through its own. */
  private static final int REMEMBERED_SEGMENTS = 32;

  private record SegmentKey(String persistenceId, long segment, long firstSequenceNumber) {}

  private final JournalReader reader;

  @GuardedBy("places")
  private final Map<SegmentKey, SegmentPlaces> places =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SegmentKey, SegmentPlaces> eldest) {
          return size() > REMEMBERED_SEGMENTS;
        }
      };

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
          for (SegmentPlaces.Run run :
              runs(journal, persistenceId, segment, from, upTo, maxBytes)) {
            journal.read(
                persistenceId, run.first(), run.last(), row -> selection.offer(event(row)));
          }
          return selection.contiguous();
        });
  }

  private List<SegmentPlaces.Run> runs(
      EventJournal journal,
      String persistenceId,
      SlotSegment segment,
      Slot from,
      Slot upTo,
      int maxBytes)
      throws SQLException {
    SegmentPlaces found = placesOf(persistenceId, segment);
    // Whoever asks about the same segment meanwhile waits here rather than read it as well.
    synchronized (found) {
      journal.read(
          persistenceId,
          found.next(),
          segment.lastSequenceNumber(),
          row -> found.offer(row.sequenceNumber(), event(row)));
      return found.runs(from, upTo, maxBytes);
    }
  }

  private SegmentPlaces placesOf(String persistenceId, SlotSegment segment) {
    SegmentKey key =
        new SegmentKey(persistenceId, segment.segment(), segment.firstSequenceNumber());
    synchronized (places) {
      return places.computeIfAbsent(key, unused -> new SegmentPlaces(segment));
    }
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
