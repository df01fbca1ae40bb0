package io.holdfast.mesh.metrics;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How much of a pool is given, as this node's host sees it.
 *
 * @param pool its name
 * @param used numbers that are given
 * @param free numbers that are neither given nor excluded, about: what is given and excluded as
 *     well counts as both
 */
public record PoolUsage(String pool, long used, long free) {

  /** Of what a replica says of a pool. */
  public static PoolUsage of(PoolUse use) {
    Pool pool = use.pool();
    List<Pool.Span> excluded = new ArrayList<>(pool.exclusions());
    use.exclusions().forEach(exclusion -> excluded.add(exclusion.span()));
    long all = pool.last() - pool.first() + 1;
    return new PoolUsage(
        pool.name(), use.used(), Math.max(0, all - count(pool, excluded) - use.used()));
  }

  /** Numbers in any of these spans, which may overlap and reach beyond the pool. */
  private static long count(Pool pool, List<Pool.Span> spans) {
    List<Pool.Span> ordered = new ArrayList<>(spans);
    ordered.sort(Comparator.comparingLong(Pool.Span::first));
    long counted = 0;
    long next = pool.first();
    for (Pool.Span span : ordered) {
      long from = Math.max(next, span.first());
      long to = Math.min(pool.last(), span.last());
      if (to >= from) {
        counted += to - from + 1;
        next = to + 1;
      }
    }
    return counted;
  }
}
