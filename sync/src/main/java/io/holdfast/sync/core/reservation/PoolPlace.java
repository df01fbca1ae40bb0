package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.Comparator;

/**
 * A pool, there where its numbers are given once.
 *
 * @param pool its name
 * @param within the host; empty: the whole mesh
 */
public record PoolPlace(String pool, String within) implements Comparable<PoolPlace> {

  private static final Comparator<PoolPlace> ORDER =
      Comparator.comparing(PoolPlace::pool).thenComparing(PoolPlace::within);

  /** That of a pool, as a host sees it. */
  public static PoolPlace of(Pool pool, String host) {
    return new PoolPlace(pool.name(), pool.scope() == Pool.Scope.HOST ? host : "");
  }

  @Override
  public int compareTo(PoolPlace other) {
    return ORDER.compare(this, other);
  }
}
