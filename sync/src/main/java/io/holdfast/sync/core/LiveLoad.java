package io.holdfast.sync.core;

import io.holdfast.config.core.Now;
import java.time.Duration;

/**
 * How much this replica executes: averages of some seconds. They rise within a second of a load's
 * begin, and outlast a stall of the disk; once nothing was executed for a whole second, nothing is
 * live: the load has ended, or there is no leader, and what a candidate lacks must not wait.
 *
 * <p>What a replica executes to catch up itself counts as well: it then yields more than it need.
 */
final class LiveLoad {

  /** Shorter, and the pause of one flush would pass for the end of a load. */
  private static final Duration MEAN = Duration.ofSeconds(5);

  private static final Duration ENDED = Duration.ofSeconds(1);

  private static final double MEAN_SECONDS = MEAN.toNanos() / 1e9;

  private double commandsPerSecond;
  private double bytesPerSecond;

  /** Clocks begin anywhere: before the first batch no reading of theirs means anything. */
  private boolean begun;

  private long decayedNanos;
  private long executedNanos;

  /**
   * A batch was executed.
   *
   * @param commands how many commands it had
   * @param bytes its size
   */
  void executed(int commands, long bytes, Now now) {
    if (begun) {
      decay(now);
    } else {
      begun = true;
      decayedNanos = now.monotonicNanos();
      executedNanos = now.monotonicNanos() - ENDED.toNanos();
    }
    if (commands > 0) {
      executedNanos = now.monotonicNanos();
    }
    commandsPerSecond += commands / MEAN_SECONDS;
    bytesPerSecond += bytes / MEAN_SECONDS;
  }

  private void decay(Now now) {
    commandsPerSecond = decayed(commandsPerSecond, now);
    bytesPerSecond = decayed(bytesPerSecond, now);
    decayedNanos = now.monotonicNanos();
  }

  private double decayed(double average, Now now) {
    // Strict: the same on every machine, so that a simulation's seed replays there.
    return average * StrictMath.exp(-now.nanosSince(decayedNanos) / (double) MEAN.toNanos());
  }

  private boolean isLive(Now now) {
    return begun && now.nanosSince(executedNanos) < ENDED.toNanos();
  }

  /** Commands executed a second; 0 once there were none for a second. */
  double commandsPerSecond(Now now) {
    return isLive(now) ? decayed(commandsPerSecond, now) : 0;
  }

  /** Bytes of batches executed a second; 0 once there was no command for a second. */
  double bytesPerSecond(Now now) {
    return isLive(now) ? decayed(bytesPerSecond, now) : 0;
  }
}
