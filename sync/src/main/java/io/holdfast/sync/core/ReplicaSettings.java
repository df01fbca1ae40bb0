package io.holdfast.sync.core;

import java.time.Duration;

/**
 * Bounds and waits of one cache-owner. None of them decides an outcome: replicas may differ.
 *
 * @param gapPatience how long a chosen slot may be missing before it is fetched
 * @param fetchTimeout how long an answer to a fetch is waited for, and how long the server of one
 *     waits for its journal: long enough to look through a segment of large batches on a slow disk
 * @param fetchBackoff the wait after a failed fetch, doubled with each further one
 * @param maxFetchBackoff where the doubling ends
 * @param fetchChunkBytes how much one fetch asks for and how much is served at most
 * @param maxBufferedBytes accepted batches not known to be chosen, and learned ones not yet
 *     applied, each
 * @param maxTailBytes learned batches kept in memory to serve peers
 * @param maxLogReads how many peers' fetches wait for the journal at a time
 * @param flushBytes changes that make a flush due
 * @param flushInterval the age of the oldest change that makes a flush due
 * @param maxUnflushedBytes changes beyond which applying waits for a flush
 * @param maxWaitingReads reads waiting for their slot
 * @param maxReadWait how long a read waits for its slot
 * @param serving bounds and waits of what is served and what the leader proposes of itself
 * @param snapshots bounds and waits of what is sent to members that lag, and of snapshots
 */
public record ReplicaSettings(
    Duration gapPatience,
    Duration fetchTimeout,
    Duration fetchBackoff,
    Duration maxFetchBackoff,
    int fetchChunkBytes,
    long maxBufferedBytes,
    long maxTailBytes,
    int maxLogReads,
    long flushBytes,
    Duration flushInterval,
    long maxUnflushedBytes,
    int maxWaitingReads,
    Duration maxReadWait,
    ServingSettings serving,
    SnapshotSettings snapshots) {

  /** Good for groups of 3 to 7 members on one network. */
  public static final ReplicaSettings DEFAULTS =
      new ReplicaSettings(
          Duration.ofMillis(150),
          Duration.ofSeconds(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(2),
          1 << 20,
          64L << 20,
          16L << 20,
          16,
          4L << 20,
          Duration.ofMillis(200),
          64L << 20,
          10_000,
          Duration.ofSeconds(5),
          ServingSettings.DEFAULTS);

  /** The same with {@link SnapshotSettings#DEFAULTS}. */
  public ReplicaSettings(
      Duration gapPatience,
      Duration fetchTimeout,
      Duration fetchBackoff,
      Duration maxFetchBackoff,
      int fetchChunkBytes,
      long maxBufferedBytes,
      long maxTailBytes,
      int maxLogReads,
      long flushBytes,
      Duration flushInterval,
      long maxUnflushedBytes,
      int maxWaitingReads,
      Duration maxReadWait,
      ServingSettings serving) {
    this(
        gapPatience,
        fetchTimeout,
        fetchBackoff,
        maxFetchBackoff,
        fetchChunkBytes,
        maxBufferedBytes,
        maxTailBytes,
        maxLogReads,
        flushBytes,
        flushInterval,
        maxUnflushedBytes,
        maxWaitingReads,
        maxReadWait,
        serving,
        SnapshotSettings.DEFAULTS);
  }

  public ReplicaSettings {
    requirePositive("fetchChunkBytes", fetchChunkBytes);
    requirePositive("maxBufferedBytes", maxBufferedBytes);
    requirePositive("maxLogReads", maxLogReads);
    requirePositive("flushBytes", flushBytes);
    requirePositive("maxWaitingReads", maxWaitingReads);
    if (maxTailBytes < 0) {
      throw new IllegalArgumentException("maxTailBytes " + maxTailBytes + ": must be 0 or more");
    }
    if (maxUnflushedBytes < flushBytes) {
      throw new IllegalArgumentException(
          "maxUnflushedBytes %d: must be at least flushBytes, %d"
              .formatted(maxUnflushedBytes, flushBytes));
    }
    for (Duration wait :
        new Duration[] {
          gapPatience, fetchTimeout, fetchBackoff, maxFetchBackoff, flushInterval, maxReadWait
        }) {
      if (wait.isNegative()) {
        throw new IllegalArgumentException("wait of " + wait + ": must not be negative");
      }
    }
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + ": must be 1 or more");
    }
  }
}
