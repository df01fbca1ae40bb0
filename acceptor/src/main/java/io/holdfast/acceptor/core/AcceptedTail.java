package io.holdfast.acceptor.core;

import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest accepted pairs, by slot, with their size. */
final class AcceptedTail {

  /** What a pair costs beside its batch, roughly. */
  private static final int OVERHEAD_BYTES = 160;

  private final TreeMap<Slot, AcceptedPair> pairs = new TreeMap<>();
  private long bytes;

  @Nullable AcceptedPair get(Slot slot) {
    return pairs.get(slot);
  }

  void put(AcceptedPair pair) {
    AcceptedPair replaced = pairs.put(pair.slot(), pair);
    bytes += sizeOf(pair) - (replaced == null ? 0 : sizeOf(replaced));
  }

  /** Pairs of slots after {@code slot}, in slot order. */
  Collection<AcceptedPair> after(Slot slot) {
    return pairs.tailMap(slot, false).values();
  }

  /**
   * Pairs from {@code from} on without a hole, at most {@code maxBytes} of them but at least one if
   * there.
   */
  List<AcceptedPair> contiguousFrom(Slot from, int maxBytes) {
    List<AcceptedPair> run = new ArrayList<>();
    long size = 0;
    Slot slot = from;
    for (AcceptedPair pair = pairs.get(slot); pair != null; pair = pairs.get(slot)) {
      size += sizeOf(pair);
      if (!run.isEmpty() && size > maxBytes) {
        break;
      }
      run.add(pair);
      slot = slot.next();
    }
    return run;
  }

  /**
   * Forgets pairs from the oldest on, none after {@code upTo}, until at most {@code keepBytes}
   * remain.
   */
  void evict(Slot upTo, long keepBytes) {
    while (bytes > keepBytes && !pairs.isEmpty() && pairs.firstKey().isAtMost(upTo)) {
      bytes -= sizeOf(pairs.pollFirstEntry().getValue());
    }
  }

  long bytes() {
    return bytes;
  }

  static long sizeOf(AcceptedPair pair) {
    return (long) OVERHEAD_BYTES + pair.batch().size();
  }
}
