package io.holdfast.mesh.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** One meter for each constant of an enum. */
final class EnumTable<K extends Enum<K>, M> {

  private final Map<K, M> meters;

  /**
   * @param keys the enum
   * @param made makes a meter
   */
  EnumTable(Class<K> keys, Supplier<M> made) {
    Map<K, M> all = new EnumMap<>(keys);
    for (K key : keys.getEnumConstants()) {
      all.put(key, made.get());
    }
    this.meters = all;
  }

  M get(K key) {
    return Objects.requireNonNull(meters.get(key));
  }

  Iterable<M> all() {
    return meters.values();
  }
}
