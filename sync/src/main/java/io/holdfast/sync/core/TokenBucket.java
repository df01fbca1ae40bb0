package io.holdfast.sync.core;

import io.holdfast.config.core.Now;

/**
 * How much may be sent: so many bytes a second, and after a pause at once what a quarter of a
 * second has. One message may be larger than that; what it takes too much is waited for after it.
 */
public final class TokenBucket {

  private static final double NANOS_A_SECOND = 1e9;
  private static final double BURST_SECONDS = 0.25;

  private final double leastBurst;
  private long bytesPerSecond;
  private double free;
  private long atNanos;
  private boolean begun;

  /**
   * @param bytesPerSecond 0 or more; at 0 nothing is sent
   */
  public TokenBucket(long bytesPerSecond) {
    this(bytesPerSecond, 0);
  }

  /**
   * @param bytesPerSecond 0 or more
   * @param leastBurst what may be sent at once after a pause, if that is more than a quarter of a
   *     second has
   */
  TokenBucket(long bytesPerSecond, long leastBurst) {
    this.bytesPerSecond = bytesPerSecond;
    this.leastBurst = (double) leastBurst;
  }

  /** So many bytes a second from now on. */
  void change(long bytesPerSecondNow) {
    bytesPerSecond = bytesPerSecondNow;
  }

  /** Whether something may be sent now. */
  public boolean isOpen(Now now) {
    double quarter = bytesPerSecond == 0 ? 0 : Math.max(1, bytesPerSecond * BURST_SECONDS);
    double burst = Math.max(leastBurst, quarter);
    free =
        begun
            ? Math.min(burst, free + now.nanosSince(atNanos) / NANOS_A_SECOND * bytesPerSecond)
            : burst;
    begun = true;
    atNanos = now.monotonicNanos();
    return free > 0;
  }

  /**
   * What may be sent at once, as of when that was last asked for; less than 1 where nothing may.
   */
  long free() {
    return (long) Math.ceil(free);
  }

  /** So many bytes are sent. */
  public void take(long bytes) {
    free -= bytes;
  }
}
