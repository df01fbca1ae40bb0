package io.holdfast.mesh.core.health;

import io.holdfast.config.core.Now;
import io.holdfast.mesh.ClockStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out that a process stood still, and that its wall clock jumped, by looking at both clocks
 * again and again. Not for several threads at once.
 */
public final class ClockWatch {

  /** A look that comes so much later than the one before it was held up. */
  public static final Duration STANDSTILL = Duration.ofSeconds(2);

  /** Clocks are slewed by far less from one look to the next. */
  public static final Duration STEP = Duration.ofSeconds(1);

  private Optional<Now> last = Optional.empty();
  private long stoodStillMillis;
  private long stoodUntilNanos;
  private long steppedMillis;
  private long steppedAtNanos;

  /** Looks; what is known now. */
  public ClockStatus look(Now now) {
    last.ifPresent(before -> compare(before, now));
    last = Optional.of(now);
    return new ClockStatus(
        now.wallMillis(),
        steppedMillis,
        steppedMillis == 0 ? -1 : (now.monotonicNanos() - steppedAtNanos) / 1_000_000,
        stoodStillMillis,
        stoodStillMillis == 0 ? -1 : (now.monotonicNanos() - stoodUntilNanos) / 1_000_000);
  }

  private void compare(Now before, Now now) {
    long passedMillis = (now.monotonicNanos() - before.monotonicNanos()) / 1_000_000;
    if (passedMillis > STANDSTILL.toMillis()) {
      stoodStillMillis = passedMillis;
      stoodUntilNanos = now.monotonicNanos();
    }
    long beside = now.wallMillis() - before.wallMillis() - passedMillis;
    if (Math.abs(beside) > STEP.toMillis()) {
      steppedMillis = beside;
      steppedAtNanos = now.monotonicNanos();
    }
  }
}
