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

  private static final long SLACK_BYTES = 4 << 20;

  private final SegmentIndex index = new SegmentIndex(1);
  private final TreeMap<Long, RecordSegment> segments = new TreeMap<>();
  private int key;

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

  private void flushDeletes(int count) {
    flush(
        IntStream.range(0, count)
            .mapToObj(n -> Commands.bytes("a key of some fifty bytes, as they often are, " + key++))
            .toList());
  }

  /**
   * Keys that are put and deleted between two flushes leave a delete behind, and nothing else. Many
   * small flushes and then large ones: what goes must be in proportion to what comes.
   */
  @Test
  void takesAwayInProportionWhenNothingButDeletesIsWritten() {
    for (int small = 0; small < 500; small++) {
      flushDeletes(100);
    }
    for (int large = 0; large < 6; large++) {
      flushDeletes(40_000);
    }

    assertThat(storedBytes()).isLessThan(SLACK_BYTES);
  }
}
