package io.holdfast.sync.core;

import java.time.Duration;

/**
 * Bounds and waits of what a cache-owner sends to members that lag, and of what it takes from
 * others. None of them decides an outcome: replicas may differ.
 *
 * @param bytesPerSecond what is sent to all members of a group that lag together, of the log and of
 *     snapshots, so that live writes have the rest of the disk and the network; each group has so
 *     much
 * @param maxSessions snapshots that are sent at a time; each keeps a state of the store from being
 *     forgotten and one chunk in memory
 * @param sessionTimeout how long a session is kept for a member that asks for nothing
 * @param answerTimeout how long an answer is waited for; longer where chunks are slow to come, up
 *     to {@code sessionTimeout}
 * @param tries how often a chunk is asked for before another member is asked instead
 */
public record SnapshotSettings(
    long bytesPerSecond,
    int maxSessions,
    Duration sessionTimeout,
    Duration answerTimeout,
    int tries) {

  /** Good for most nodes. */
  public static final SnapshotSettings DEFAULTS =
      new SnapshotSettings(32L << 20, 2, Duration.ofSeconds(60), Duration.ofSeconds(10), 3);

  public SnapshotSettings {
    if (bytesPerSecond < 1 || maxSessions < 1 || tries < 1) {
      throw new IllegalArgumentException(
          "%d bytes per second, %d sessions, %d tries: must be 1 or more"
              .formatted(bytesPerSecond, maxSessions, tries));
    }
    if (sessionTimeout.isNegative() || answerTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "waits of %s and %s: must not be negative".formatted(sessionTimeout, answerTimeout));
    }
  }
}
