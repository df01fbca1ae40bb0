package io.holdfast.sync.core.reservation;

import java.util.Comparator;

/**
 * Who has a number of a pool. Each has one at most.
 *
 * @param pool the pool
 * @param within the host on which its numbers are given once; empty: they are in the whole mesh
 * @param path the owner's path
 * @param tag which of the owner's numbers; may be empty
 */
public record OwnerKey(String pool, String within, String path, String tag)
    implements Comparable<OwnerKey> {

  private static final Comparator<OwnerKey> ORDER =
      Comparator.comparing(OwnerKey::pool)
          .thenComparing(OwnerKey::within)
          .thenComparing(OwnerKey::path)
          .thenComparing(OwnerKey::tag);

  @Override
  public int compareTo(OwnerKey other) {
    return ORDER.compare(this, other);
  }
}
