package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the local acceptor accepted above the learned slots, the highest ballot of each slot. Beyond
 * its bytes it forgets the highest slots, which are needed last and can be read again.
 */
final class AcceptedBuffer {

  private static final long PAIR_OVERHEAD_BYTES = 128L;

  private final long maxBytes;
  private final TreeMap<Slot, AcceptedPair> pairs = new TreeMap<>();
  private long bytes;
  private Slot highestForgotten = Slot.ZERO;

  AcceptedBuffer(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(AcceptedPair pair) {
    AcceptedPair known = pairs.get(pair.slot());
    if (known != null) {
      InvariantViolation.check(
          !known.ballot().equals(pair.ballot()) || known.batch().equals(pair.batch()),
          "OneValuePerBallot",
          "slot %s under %s: %s and %s",
          pair.slot(),
          pair.ballot(),
          known.batch(),
          pair.batch());
      if (!pair.ballot().isAbove(known.ballot())) {
        return;
      }
      bytes -= sizeOf(known);
    }
    pairs.put(pair.slot(), pair);
    bytes += sizeOf(pair);
    while (bytes > maxBytes && pairs.size() > 1) {
      AcceptedPair last = pairs.pollLastEntry().getValue();
      bytes -= sizeOf(last);
      highestForgotten = Slot.max(highestForgotten, last.slot());
    }
  }

  Optional<AcceptedPair> get(Slot slot) {
    return Optional.ofNullable(pairs.get(slot));
  }

  /** Whether this slot may have been in here and was forgotten for want of room. */
  boolean mayHaveForgotten(Slot slot) {
    return slot.isAtMost(highestForgotten) && !pairs.containsKey(slot);
  }

  /** Drops a learned slot and all before it. */
  void learned(Slot slot) {
    while (!pairs.isEmpty() && pairs.firstKey().isAtMost(slot)) {
      bytes -= sizeOf(pairs.pollFirstEntry().getValue());
    }
  }

  private static long sizeOf(AcceptedPair pair) {
    return pair.batch().size() + PAIR_OVERHEAD_BYTES;
  }
}
