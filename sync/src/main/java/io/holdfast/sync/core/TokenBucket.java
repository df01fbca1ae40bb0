package io.holdfast.sync.core;

import io.holdfast.config.core.Now;

/**
 * How much may be sent: so many bytes a second, and after a pause at once what a quarter of a
 * second has. One message may be larger than that; what it takes too much is waited for after it.
 */
public final class TokenBucket {

  private static final double NANOS_A_SECOND = 1e9;
  private static final double BURST_SECONDS = 0.25;

  private final long bytesPerSecond;
  private double free;
  private long atNanos;
  private boolean begun;

  /**
   * @param bytesPerSecond 1 or more
   */
  public TokenBucket(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Whether something may be sent now. */
  public boolean isOpen(Now now) {
    double burst = Math.max(1, bytesPerSecond * BURST_SECONDS);
    free =
        begun
            ? Math.min(burst, free + now.nanosSince(atNanos) / NANOS_A_SECOND * bytesPerSecond)
            : burst;
    begun = true;
    atNanos = now.monotonicNanos();
    return free > 0;
  }

  /** So many bytes are sent. */
  public void take(long bytes) {
    free -= bytes;
  }
}
