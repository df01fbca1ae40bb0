package io.holdfast.sync.core.reservation;

import java.util.Comparator;

/**
 * A number of a pool. It is given to one owner at most.
 *
 * @param pool the pool
 * @param within the host on which it is given once; empty: it is in the whole mesh
 * @param value the number
 */
public record ValueKey(String pool, String within, long value) implements Comparable<ValueKey> {

  private static final Comparator<ValueKey> ORDER =
      Comparator.comparing(ValueKey::pool)
          .thenComparing(ValueKey::within)
          .thenComparingLong(ValueKey::value);

  @Override
  public int compareTo(ValueKey other) {
    return ORDER.compare(this, other);
  }
}
