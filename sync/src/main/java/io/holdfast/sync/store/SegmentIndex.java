package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.RecordSegment;
import io.holdfast.sync.core.StoreDelta;
import io.holdfast.sync.core.StoreDelta.RecordPut;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which of the numbered segments of a store holds the newest record of each key, and so what of the
 * oldest segments is still needed.
 *
 * <p>A flush appends segments and never changes one. So that they do not grow without bound, a
 * flush also takes the oldest ones away, while they take more than twice what is alive: it appends
 * what is still alive in them along with its own. Only the oldest go, so a key that a removed
 * segment deletes stands in no older one. How much a flush takes away is bounded by what it writes
 * itself, which is enough to keep the bound and keeps every flush in proportion.
 */
final class SegmentIndex {

  /** Segments may take this many times what is alive. */
  private static final int BOUND = 2;

  /** And so many bytes beside. */
  private static final long SLACK_BYTES = 4 << 20;

  /** A flush may take away so many bytes of old segments beside twice its own. */
  private static final long LEAST_REMOVED_BYTES = 1 << 20;

  /** A segment is closed once it has so many bytes: a small row, but few of them. */
  private static final int SEGMENT_BYTES = 256 << 10;

  /** What an entry takes in a row beside key and value, about. */
  private static final int ENTRY_BYTES = 32;

  private record Place(long segment, int bytes) {}

  private final Map<ByteString, Place> places = new HashMap<>();
  private final ArrayDeque<Long> sizes = new ArrayDeque<>();
  private long first;
  private long storedBytes;
  private long liveBytes;

  /**
   * @param first the number of the first segment that will be added
   */
  SegmentIndex(long first) {
    this.first = first;
  }

  /**
   * What a flush does to the segments.
   *
   * @param first the number of the oldest segment that stays; all before it go
   * @param added the new segments, in the order of their numbers, which go on from the last one
   */
  record Step(long first, List<RecordSegment> added) {}

  /** The number of the oldest segment. */
  long first() {
    return first;
  }

  /** The number of the next segment. */
  long next() {
    return first + sizes.size();
  }

  /**
   * The step for {@code delta}; changes nothing here.
   *
   * @param read reads a segment
   */
  Step plan(StoreDelta delta, LongFunction<RecordSegment> read) {
    Set<ByteString> touched = new HashSet<>(delta.deletes());
    long written = 0;
    for (RecordPut put : delta.puts()) {
      touched.add(put.key());
      written += sizeOf(put);
    }
    for (ByteString key : delta.deletes()) {
      written += sizeOf(key);
    }
    List<RecordPut> puts = new ArrayList<>();
    long removable = LEAST_REMOVED_BYTES + BOUND * written;
    long stored = storedBytes + written;
    long kept = first;
    for (long size : sizes) {
      if (stored <= BOUND * liveBytes + SLACK_BYTES || removable <= 0) {
        break;
      }
      stored -= size;
      removable -= size;
      for (RecordPut put : read.apply(kept).puts()) {
        Place place = places.get(put.key());
        if (place != null && place.segment() == kept && !touched.contains(put.key())) {
          puts.add(put);
          stored += sizeOf(put);
        }
      }
      kept++;
    }
    puts.addAll(delta.puts());
    return new Step(kept, split(puts, delta.deletes()));
  }

  private static List<RecordSegment> split(List<RecordPut> puts, List<ByteString> deletes) {
    List<RecordSegment> segments = new ArrayList<>();
    List<RecordPut> some = new ArrayList<>();
    long bytes = 0;
    for (RecordPut put : puts) {
      some.add(put);
      bytes += sizeOf(put);
      if (bytes >= SEGMENT_BYTES) {
        segments.add(new RecordSegment(some, List.of()));
        some.clear();
        bytes = 0;
      }
    }
    if (!some.isEmpty() || !deletes.isEmpty()) {
      segments.add(new RecordSegment(some, deletes));
    }
    return segments;
  }

  /** The step is durable. */
  void done(Step step) {
    while (first < step.first()) {
      storedBytes -= sizes.removeFirst();
      first++;
    }
    step.added().forEach(this::add);
  }

  /** Takes the next segment in. */
  void add(RecordSegment segment) {
    long number = next();
    long size = 0;
    for (RecordPut put : segment.puts()) {
      int bytes = sizeOf(put);
      size += bytes;
      liveBytes += bytes - bytesOf(places.put(put.key(), new Place(number, bytes)));
    }
    for (ByteString key : segment.deletes()) {
      size += sizeOf(key);
      liveBytes -= bytesOf(places.remove(key));
    }
    sizes.addLast(size);
    storedBytes += size;
  }

  private static int bytesOf(@Nullable Place place) {
    return place == null ? 0 : place.bytes();
  }

  private static int sizeOf(RecordPut put) {
    return ENTRY_BYTES + put.key().size() + put.value().value().size();
  }

  private static int sizeOf(ByteString deletedKey) {
    return ENTRY_BYTES + deletedKey.size();
  }
}
