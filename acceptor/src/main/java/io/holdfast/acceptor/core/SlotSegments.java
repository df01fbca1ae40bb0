package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the pairs of old slots stand in the journal: per segment of {@value #SLOTS} slots, the
 * sequence numbers between which every event about them lies. A slot's pair is the one of the
 * highest ballot among those events. Half a byte per slot, so a log of a hundred million slots
 * costs some tens of megabytes.
 */
final class SlotSegments {

  /** Slots in one segment. */
  static final int SLOTS = 128;

  private final TreeMap<Long, SlotSegment> segments = new TreeMap<>();

  static SlotSegments of(List<SlotSegment> stored) {
    SlotSegments result = new SlotSegments();
    stored.forEach(segment -> result.segments.put(segment.segment(), segment));
    return result;
  }

  void note(Slot slot, long sequenceNumber) {
    segments.merge(
        segmentOf(slot),
        new SlotSegment(segmentOf(slot), sequenceNumber, sequenceNumber),
        (old, added) ->
            new SlotSegment(old.segment(), old.firstSequenceNumber(), added.lastSequenceNumber()));
  }

  /** The segment that holds {@code slot}, or null where no event about its slots was written. */
  @Nullable SlotSegment holding(Slot slot) {
    return segments.get(segmentOf(slot));
  }

  /** Forgets segments whose every slot is at or below {@code slot}. */
  void trim(Slot slot) {
    segments.headMap(segmentOf(slot.next()), false).clear();
  }

  /**
   * The lowest sequence number that any remaining segment needs, or {@code otherwise} where none
   * remains.
   */
  long firstSequenceNumber(long otherwise) {
    return segments.values().stream()
        .mapToLong(SlotSegment::firstSequenceNumber)
        .min()
        .orElse(otherwise);
  }

  List<SlotSegment> list() {
    return new ArrayList<>(segments.values());
  }

  private static long segmentOf(Slot slot) {
    return slot.number() / SLOTS;
  }
}
