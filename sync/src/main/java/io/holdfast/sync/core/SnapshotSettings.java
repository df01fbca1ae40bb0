package io.holdfast.sync.core;

import io.holdfast.acceptor.core.AcceptorLimits;
import java.time.Duration;

/**
 * Bounds and waits of what a cache-owner sends to members that lag, and of what it takes from
 * others. None of them decides an outcome: replicas may differ.
 *
 * @param bytesPerSecond what is sent to all members of a group that lag together, of the log and of
 *     snapshots; less while much is written, as {@link CatchUpRate} has it; each group has so much
 * @param maxSessions snapshots that are sent at a time; each keeps a state of the store from being
 *     forgotten and one chunk in memory
 * @param sessionTimeout how long a session is kept for a member that asks for nothing
 * @param answerTimeout how long an answer is waited for; longer where chunks are slow to come, up
 *     to {@code sessionTimeout}
 * @param tries how often a chunk is asked for before another member is asked instead
 * @param logBytes how much of the log is kept for members that lag, about: a snapshot must come
 *     before what is written meanwhile is more
 */
public record SnapshotSettings(
    long bytesPerSecond,
    int maxSessions,
    Duration sessionTimeout,
    Duration answerTimeout,
    int tries,
    long logBytes) {

  /** Good for most nodes. */
  public static final SnapshotSettings DEFAULTS =
      new SnapshotSettings(
          32L << 20,
          2,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          3,
          AcceptorLimits.DEFAULT_MAX_LOG_BYTES);

  /** These where so much of the log is kept. */
  public SnapshotSettings withLogBytes(long kept) {
    return new SnapshotSettings(
        bytesPerSecond, maxSessions, sessionTimeout, answerTimeout, tries, kept);
  }

  public SnapshotSettings {
    if (bytesPerSecond < 1 || maxSessions < 1 || tries < 1 || logBytes < 1) {
      throw new IllegalArgumentException(
          "%d bytes per second, %d sessions, %d tries, %d bytes of log: must be 1 or more"
              .formatted(bytesPerSecond, maxSessions, tries, logBytes));
    }
    if (sessionTimeout.isNegative() || answerTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "waits of %s and %s: must not be negative".formatted(sessionTimeout, answerTimeout));
    }
  }
}
