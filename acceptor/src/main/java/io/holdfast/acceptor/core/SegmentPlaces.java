package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot.SlotSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where, in the journal, the pair of each slot of one segment stands: the one of the highest ballot
 * among all events about the slot. Only the whole of a segment's events tells, since a slot may be
 * accepted again later; so they are looked through once, and what is asked for afterwards is read
 * by its place. Events never change, so a place found holds until a later event about the slot,
 * which is looked at when the segment is next asked about.
 *
 * <p>Holds no batches, and at most one place for each slot of a segment.
 */
public final class SegmentPlaces {

  private record Place(Ballot ballot, long sequenceNumber, long bytes) {}

  /**
   * Events that stand next to each other.
   *
   * @param first the sequence number of the first
   * @param last that of the last
   */
  public record Run(long first, long last) {}

  private final long firstSlot;
  private final TreeMap<Slot, Place> places = new TreeMap<>();
  private long next;

  /**
   * @param segment the segment
   */
  public SegmentPlaces(SlotSegment segment) {
    this.firstSlot = segment.segment() * SlotSegments.SLOTS;
    this.next = segment.firstSequenceNumber();
  }

  /**
   * The sequence number of the next event to look at: the one after the last that was there, since
   * a segment's last event may not be written yet when the segment is asked about.
   */
  public long next() {
    return next;
  }

  /** Looks at an event; they come in the order of their sequence numbers. */
  public void offer(long sequenceNumber, AcceptorEvent event) {
    next = sequenceNumber + 1;
    AcceptedPair pair = pairOf(event);
    if (pair == null || !holds(pair.slot())) {
      return;
    }
    Place known = places.get(pair.slot());
    if (known == null || pair.ballot().isAbove(known.ballot())) {
      places.put(pair.slot(), new Place(pair.ballot(), sequenceNumber, AcceptedTail.sizeOf(pair)));
    }
  }

  private static @Nullable AcceptedPair pairOf(AcceptorEvent event) {
    if (event instanceof AcceptorEvent.PairAccepted accepted) {
      return new AcceptedPair(accepted.slot(), accepted.ballot(), accepted.batch());
    }
    if (event instanceof AcceptorEvent.ChosenRecorded chosen) {
      return new AcceptedPair(chosen.slot(), chosen.ballot(), chosen.batch());
    }
    return null;
  }

  private boolean holds(Slot slot) {
    return slot.number() >= firstSlot && slot.number() - firstSlot < SlotSegments.SLOTS;
  }

  /**
   * Where the pairs stand from {@code from} on, without a hole, in the order of the journal: pairs
   * of at most {@code maxBytes}, but at least one if the first is there.
   */
  public List<Run> runs(Slot from, Slot upTo, int maxBytes) {
    SortedSet<Long> numbers = new TreeSet<>();
    long bytes = 0;
    Slot slot = from;
    for (Place place = places.get(slot);
        place != null && slot.isAtMost(upTo);
        place = places.get(slot)) {
      bytes += place.bytes();
      if (!numbers.isEmpty() && bytes > maxBytes) {
        break;
      }
      numbers.add(place.sequenceNumber());
      slot = slot.next();
    }
    return joined(numbers);
  }

  private static List<Run> joined(SortedSet<Long> numbers) {
    List<Run> runs = new ArrayList<>();
    for (long number : numbers) {
      int end = runs.size() - 1;
      if (end >= 0 && runs.get(end).last() == number - 1) {
        runs.set(end, new Run(runs.get(end).first(), number));
      } else {
        runs.add(new Run(number, number));
      }
    }
    return runs;
  }
}
