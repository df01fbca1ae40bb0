package io.holdfast.sync.core;

import java.time.Duration;

/**
 * How much history a group keeps by itself: what is beyond any of these is compacted away. The
 * newest version of each key is no history and always stays.
 *
 * @param age how long ago a revision was the newest; positive
 * @param bytes of the changes since then, about; 1 or more
 * @param revisions since then; 1 or more
 */
public record HistoryLimits(Duration age, long bytes, long revisions) {

  /** History stays until somebody compacts it. */
  public static final HistoryLimits NONE =
      new HistoryLimits(Duration.ofNanos(Long.MAX_VALUE), Long.MAX_VALUE, Long.MAX_VALUE);

  public HistoryLimits {
    if (age.isNegative() || age.isZero() || bytes < 1 || revisions < 1) {
      throw new IllegalArgumentException(
          "history of %s, %d bytes, %d revisions: must be positive"
              .formatted(age, bytes, revisions));
    }
  }
}
