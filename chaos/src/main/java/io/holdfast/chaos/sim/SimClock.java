package io.holdfast.chaos.sim;

import io.holdfast.config.core.Now;

/** A machine's clocks: a monotonic one that starts anywhere, and a wall clock that may be wrong. */
final class SimClock {

  /** 2026-01-01, for readable write ids. */
  static final long EPOCH_MILLIS = 1_767_225_600_000L;

  private long monotonicAtChange;
  private long changedAt;
  private double rate = 1;
  private long wallOffsetMillis;

  /**
   * @param start the monotonic reading when the run begins; any number, overflow included
   * @param wallOffsetMillis how wrong the wall clock is
   */
  SimClock(long start, long wallOffsetMillis) {
    this.monotonicAtChange = start;
    this.wallOffsetMillis = wallOffsetMillis;
  }

  Now at(long nanos) {
    return new Now(monotonic(nanos), EPOCH_MILLIS + nanos / VirtualTime.MILLI + wallOffsetMillis);
  }

  private long monotonic(long nanos) {
    long passed = nanos - changedAt;
    return monotonicAtChange + (rate == 1 ? passed : (long) (passed * rate));
  }

  void runAt(double newRate, long nanos) {
    monotonicAtChange = monotonic(nanos);
    changedAt = nanos;
    rate = newRate;
  }

  /** The wall clock is right again, but for a little. */
  void setRight() {
    wallOffsetMillis = 0;
  }

  void jump(long millis) {
    wallOffsetMillis += millis;
  }
}
