package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How much of a pool is given, counted over the whole mesh.
 *
 * @param pool its definition
 * @param used how many of its numbers are given, on all hosts together
 * @param hosts on how many hosts numbers of it are given; 0 for a pool of the whole mesh
 * @param free how many are neither given nor excluded; of a pool that each host has by itself, on
 *     that host of the first {@value #MOST_HOSTS} by name where the fewest are
 */
public record PoolUsage(Pool pool, long used, long hosts, long free) {

  /** So many pools are counted. */
  public static final int MOST_POOLS = 100;

  /** On so many hosts is counted what is free. */
  static final int MOST_HOSTS = 1000;

  /** How many numbers it has, the excluded ones included. */
  public long size() {
    return pool.last() - pool.first() + 1;
  }

  /** Of the first {@value #MOST_POOLS} of these pools. */
  public static List<PoolUsage> of(List<Pool> pools, ReservationTable table) {
    return pools.stream().limit(MOST_POOLS).map(pool -> of(pool, table)).toList();
  }

  private static PoolUsage of(Pool pool, ReservationTable table) {
    PoolPlace mesh = new PoolPlace(pool.name(), "");
    if (pool.scope() == Pool.Scope.MESH) {
      return new PoolUsage(pool, table.used(mesh), 0, free(pool, mesh, table));
    }
    long used = 0;
    long hosts = 0;
    long free = free(pool, mesh, table); // nothing is there: of a host that has none
    for (Map.Entry<PoolPlace, Long> host : table.usedOf(pool.name()).entrySet()) {
      used += host.getValue();
      hosts++;
      if (hosts <= MOST_HOSTS) {
        free = Math.min(free, free(pool, host.getKey(), table));
      }
    }
    return new PoolUsage(pool, used, hosts, free);
  }

  private static long free(Pool pool, PoolPlace place, ReservationTable table) {
    List<Pool.Span> out = new ArrayList<>(pool.exclusions());
    table.exclusionsOf(place).forEach(exclusion -> out.add(exclusion.span()));
    return new Spans(out)
        .without(new Pool.Span(pool.first(), pool.last())).stream()
            .flatMap(part -> table.notGiven(place, part).stream())
            .mapToLong(part -> part.last() - part.first() + 1)
            .sum();
  }
}
