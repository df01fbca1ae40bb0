package io.holdfast.config.core.control;

import java.util.List;
import java.util.Optional;

/**
 * What may be reserved.
 *
 * @param pools at most {@link #MAX_POOLS}, of different names
 */
public record PoolsManifest(List<Pool> pools) implements Manifest {

  /** The most pools that there may be. */
  public static final int MAX_POOLS = 100;

  public PoolsManifest {
    pools = List.copyOf(pools);
    NameRule.requireAtMost("pools", pools.size(), MAX_POOLS);
    NameRule.requireUnique("pool", pools.stream().map(Pool::name).toList());
  }

  @Override
  public ManifestType type() {
    return ManifestType.POOLS;
  }

  /** The pool of this name. */
  public Optional<Pool> byName(String name) {
    return pools.stream().filter(pool -> pool.name().equals(name)).findFirst();
  }
}
