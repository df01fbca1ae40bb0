package io.holdfast.chaos.run;

import io.holdfast.chaos.live.Waiting;
import java.time.Duration;

/** Lets all clients together begin so many turns a second. Safe for use by several threads. */
final class Pace {

  /** What was missed for longer than that is not made up for. */
  private static final long MOST_BEHIND_NANOS = Duration.ofMillis(100).toNanos();

  private final long everyNanos;
  private long next = System.nanoTime();

  /**
   * @param rate turns a second
   */
  Pace(int rate) {
    everyNanos = 1_000_000_000L / rate;
  }

  /** Returns when it is the caller's turn. */
  void await() {
    long left = take();
    if (left > 0) {
      Waiting.pause(Duration.ofNanos(left));
    }
  }

  private synchronized long take() {
    long now = System.nanoTime();
    next = Math.max(next + everyNanos, now - MOST_BEHIND_NANOS);
    return next - now;
  }
}
