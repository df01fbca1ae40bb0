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
  private long decayedNanos;
  private long executedNanos;

  /**
   * A batch was executed.
   *
   * @param commands how many commands it had
   * @param bytes its size
   */
  void executed(int commands, long bytes, Now now) {
    decay(now);
    if (commands > 0) {
      executedNanos = now.monotonicNanos();
    }
    commandsPerSecond += commands / MEAN_SECONDS;
    bytesPerSecond += bytes / MEAN_SECONDS;
  }

  private void decay(Now now) {
    // Strict: the same on every machine, so that a simulation's seed replays there.
    double left = StrictMath.exp(-now.nanosSince(decayedNanos) / (double) MEAN.toNanos());
    commandsPerSecond *= left;
    bytesPerSecond *= left;
    decayedNanos = now.monotonicNanos();
  }

  private boolean isLive(Now now) {
    return now.nanosSince(executedNanos) < ENDED.toNanos();
  }

  /** Commands executed a second; 0 once there were none for a second. */
  double commandsPerSecond(Now now) {
    decay(now);
    return isLive(now) ? commandsPerSecond : 0;
  }

  /** Bytes of batches executed a second; 0 once there was no command for a second. */
  double bytesPerSecond(Now now) {
    decay(now);
    return isLive(now) ? bytesPerSecond : 0;
  }
}
