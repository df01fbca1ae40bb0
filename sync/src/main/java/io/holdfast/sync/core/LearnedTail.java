package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest learned batches, kept to serve peers that lag a little without reading the journal.
 */
final class LearnedTail {

  /** What a pair costs beside its batch, roughly: it counts where batches are small or no-ops. */
  private static final int OVERHEAD_BYTES = 160;

  private final long maxBytes;
  private final ArrayDeque<AcceptedPair> pairs = new ArrayDeque<>();
  private long bytes;

  LearnedTail(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The next learned pair; slots come without a hole. */
  void add(AcceptedPair pair) {
    pairs.addLast(pair);
    bytes += sizeOf(pair);
    while (bytes > maxBytes && !pairs.isEmpty()) {
      bytes -= sizeOf(pairs.removeFirst());
    }
  }

  boolean holds(Slot slot) {
    return !pairs.isEmpty()
        && pairs.getFirst().slot().isAtMost(slot)
        && slot.isAtMost(pairs.getLast().slot());
  }

  /** The pairs from a slot on that fit, at least one. */
  List<AcceptedPair> from(Slot slot, int maxBytes) {
    List<AcceptedPair> served = new ArrayList<>();
    long size = 0;
    for (AcceptedPair pair : pairs) {
      if (slot.isAfter(pair.slot())) {
        continue;
      }
      size += sizeOf(pair);
      if (!served.isEmpty() && size > maxBytes) {
        break;
      }
      served.add(pair);
    }
    return served;
  }

  private static long sizeOf(AcceptedPair pair) {
    return (long) OVERHEAD_BYTES + pair.batch().size();
  }
}
