package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.RecordSegment;
import io.holdfast.sync.core.ReplicaState;
import io.holdfast.sync.core.StoreDelta;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SegmentIndexTest {

  private static final int DELETES_PER_FLUSH = 20_000;
  private static final long SLACK_BYTES = 4 << 20;

  private final SegmentIndex index = new SegmentIndex(1);
  private final TreeMap<Long, RecordSegment> segments = new TreeMap<>();

  private void flush(List<ByteString> deletes) {
    StoreDelta delta =
        new StoreDelta(Slot.ZERO, ReplicaState.empty(1), List.of(), deletes, 0, List.of());
    SegmentIndex.Step step = index.plan(delta, segments::get);
    long number = index.next();
    for (RecordSegment added : step.added()) {
      segments.put(number++, added);
    }
    segments.headMap(step.first()).clear();
    index.done(step);
  }

  private long storedBytes() {
    return segments.values().stream().mapToLong(segment -> segment.encode().size()).sum();
  }

  /** Keys that are put and deleted between two flushes leave a delete behind, and nothing else. */
  @Test
  void staysBoundedWhenNothingButDeletesIsWritten() {
    for (int flush = 0; flush < 30; flush++) {
      int first = flush * DELETES_PER_FLUSH;
      flush(
          IntStream.range(first, first + DELETES_PER_FLUSH)
              .mapToObj(n -> Commands.bytes("a key of some fifty bytes, as they often are, " + n))
              .toList());
    }

    assertThat(storedBytes()).isLessThan(SLACK_BYTES);
  }
}
