package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import java.util.ArrayList;
import java.util.Collection;
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
  private long bytes;

  static SlotSegments of(List<SlotSegment> stored) {
    SlotSegments result = new SlotSegments();
    for (SlotSegment segment : stored) {
      result.segments.put(segment.segment(), segment);
      result.bytes += segment.bytes();
    }
    return result;
  }

  /** An event about a slot was written; of so many bytes. */
  void note(Slot slot, long sequenceNumber, long size) {
    bytes += size;
    segments.merge(
        segmentOf(slot),
        new SlotSegment(segmentOf(slot), sequenceNumber, sequenceNumber, size),
        (old, added) ->
            new SlotSegment(
                old.segment(),
                old.firstSequenceNumber(),
                added.lastSequenceNumber(),
                old.bytes() + added.bytes()));
  }

  /** What the events of all segments take. */
  long bytes() {
    return bytes;
  }

  /**
   * The last slot that must go so that the others take no more than {@code maxBytes}: as whole
   * segments go, it is the last of one; {@link Slot#ZERO} where they take no more.
   */
  Slot oversize(long maxBytes) {
    long kept = bytes;
    Slot last = Slot.ZERO;
    for (SlotSegment segment : segments.values()) {
      if (kept <= maxBytes) {
        break;
      }
      kept -= segment.bytes();
      last = new Slot((segment.segment() + 1) * SLOTS - 1);
    }
    return last;
  }

  /** The segment that holds {@code slot}, or null where no event about its slots was written. */
  @Nullable SlotSegment holding(Slot slot) {
    return segments.get(segmentOf(slot));
  }

  /** Forgets segments whose every slot is at or below {@code slot}. */
  void trim(Slot slot) {
    Collection<SlotSegment> gone = segments.headMap(segmentOf(slot.next()), false).values();
    gone.forEach(segment -> bytes -= segment.bytes());
    gone.clear();
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
