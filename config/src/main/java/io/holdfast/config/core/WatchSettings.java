package io.holdfast.config.core;

import java.util.List;

/**
 * When a node finds itself unwell.
 *
 * @param diskLow bytes of room for the data directory below which it warns
 * @param diskFull bytes of room below which it is not ready
 */
public record WatchSettings(long diskLow, long diskFull) {

  /** Key of {@link #diskLow}. */
  public static final NumberKey DISK_LOW =
      NumberKey.bytes("holdfast.watch.disk-low", 1 << 20, 1L << 50);

  /** Key of {@link #diskFull}. */
  public static final NumberKey DISK_FULL =
      NumberKey.bytes("holdfast.watch.disk-full", 1 << 20, 1L << 50);

  static final List<NumberKey> KEYS = List.of(DISK_LOW, DISK_FULL);

  static final List<OrderRule> RULES =
      List.of(new OrderRule(DISK_LOW, 1, DISK_FULL, "a warning must come before the end"));

  public WatchSettings {
    DISK_LOW.require(diskLow);
    DISK_FULL.require(diskFull);
    RULES.forEach(rule -> rule.require(diskLow, diskFull));
  }
}
