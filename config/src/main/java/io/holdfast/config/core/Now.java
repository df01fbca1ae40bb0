package io.holdfast.config.core;

import java.time.Duration;

/**
 * The current time as an input to a core. Deadlines, elections and leases use the monotonic reading
 * only; wall time stamps records and measures skew.
 *
 * @param monotonicNanos nanoseconds of a clock that never goes back, with an arbitrary origin
 * @param wallMillis milliseconds since 1970-01-01T00:00:00Z as this node believes
 */
public record Now(long monotonicNanos, long wallMillis) {

  /** The monotonic reading {@code duration} after this one, in nanoseconds. */
  public long nanosAfter(Duration duration) {
    return monotonicNanos + duration.toNanos();
  }

  /** Whether the monotonic instant {@code deadlineNanos} has been passed (strictly). */
  public boolean isAfter(long deadlineNanos) {
    return monotonicNanos - deadlineNanos > 0;
  }

  /** Nanoseconds from the monotonic instant {@code sinceNanos} to this one. */
  public long nanosSince(long sinceNanos) {
    return monotonicNanos - sinceNanos;
  }
}
