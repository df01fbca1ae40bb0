package io.holdfast.sync.core;

import java.time.Duration;

/**
 * Bounds and waits of what a cache-owner serves, and of what it proposes of itself while its node
 * leads. None of them decides an outcome: replicas may differ.
 *
 * @param maxStoreQuestions questions to the store that wait for an answer
 * @param maxWatches watchers that wait for a change
 * @param maxExpectedWait how long an admitted command is expected to be applied
 * @param idRetention how long write ids are remembered where there is room for them
 * @param minIdAge how young a write id is never forgotten; above the skew of clients' clocks and
 *     the time that they keep trying
 * @param maxEntryBytes how large a command with its plan may be: what messages between members hold
 * @param housekeepingPause the wait between proposals of the leader of one kind
 * @param history how much history stays while this node leads
 * @param maxClockSkew how far a member's clock may be from the leader's for its evidence to count
 */
public record ServingSettings(
    int maxStoreQuestions,
    int maxWatches,
    Duration maxExpectedWait,
    Duration idRetention,
    Duration minIdAge,
    int maxEntryBytes,
    Duration housekeepingPause,
    HistoryLimits history,
    Duration maxClockSkew) {

  private static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(30);

  /** Good for most nodes. */
  public static final ServingSettings DEFAULTS =
      new ServingSettings(
          2_000,
          1_000,
          Duration.ofSeconds(10),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          (1 << 20) + (64 << 10),
          Duration.ofSeconds(1));

  /** The same without end to history. */
  public ServingSettings(
      int maxStoreQuestions,
      int maxWatches,
      Duration maxExpectedWait,
      Duration idRetention,
      Duration minIdAge,
      int maxEntryBytes,
      Duration housekeepingPause) {
    this(
        maxStoreQuestions,
        maxWatches,
        maxExpectedWait,
        idRetention,
        minIdAge,
        maxEntryBytes,
        housekeepingPause,
        HistoryLimits.NONE,
        DEFAULT_CLOCK_SKEW);
  }

  /** The same with the usual skew. */
  public ServingSettings(
      int maxStoreQuestions,
      int maxWatches,
      Duration maxExpectedWait,
      Duration idRetention,
      Duration minIdAge,
      int maxEntryBytes,
      Duration housekeepingPause,
      HistoryLimits history) {
    this(
        maxStoreQuestions,
        maxWatches,
        maxExpectedWait,
        idRetention,
        minIdAge,
        maxEntryBytes,
        housekeepingPause,
        history,
        DEFAULT_CLOCK_SKEW);
  }

  public ServingSettings {
    if (maxStoreQuestions < 1 || maxWatches < 1 || maxEntryBytes < 1) {
      throw new IllegalArgumentException(
          "%d questions, %d watches, entries of %d bytes: must be 1 or more"
              .formatted(maxStoreQuestions, maxWatches, maxEntryBytes));
    }
    for (Duration wait :
        new Duration[] {maxExpectedWait, idRetention, minIdAge, housekeepingPause, maxClockSkew}) {
      if (wait.isNegative()) {
        throw new IllegalArgumentException("wait of " + wait + ": must not be negative");
      }
    }
  }
}
