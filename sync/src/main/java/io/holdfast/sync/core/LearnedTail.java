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

  private final long maxBytes;
  private final ArrayDeque<AcceptedPair> pairs = new ArrayDeque<>();
  private long bytes;

  LearnedTail(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The next learned pair; slots come without a hole. */
  void add(AcceptedPair pair) {
    pairs.addLast(pair);
    bytes += pair.batch().size();
    while (bytes > maxBytes && !pairs.isEmpty()) {
      bytes -= pairs.removeFirst().batch().size();
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
      size += pair.batch().size();
      if (!served.isEmpty() && size > maxBytes) {
        break;
      }
      served.add(pair);
    }
    return served;
  }
}
