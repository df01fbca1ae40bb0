package io.holdfast.chaos.fault;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A node's wall clock, which may be wrong by so much. Its monotonic time is never touched. For any
 * thread.
 */
final class ClockFaults implements LongSupplier {

  /** The furthest that a clock can be set off, either way. */
  static final Duration MOST = Duration.ofHours(24);

  private final LongSupplier right;
  private final LongAdder wrongReads = new LongAdder();
  private volatile long offsetMillis;

  /**
   * @param right the clock when nothing is wrong with it, in milliseconds since 1970
   */
  ClockFaults(LongSupplier right) {
    this.right = right;
  }

  @Override
  public long getAsLong() {
    long offset = offsetMillis;
    if (offset != 0) {
      wrongReads.increment();
    }
    return right.getAsLong() + offset;
  }

  /** Sets it off by so much, whatever it was set off by before. */
  void setOff(Duration offset) {
    if (offset.abs().compareTo(MOST) > 0) {
      throw new IllegalArgumentException("an offset of " + offset + ": at most " + MOST);
    }
    offsetMillis = offset.toMillis();
  }

  void heal() {
    offsetMillis = 0;
  }

  Duration offset() {
    return Duration.ofMillis(offsetMillis);
  }

  /** How often it was read while it was wrong. */
  long wrongReads() {
    return wrongReads.sum();
  }
}
