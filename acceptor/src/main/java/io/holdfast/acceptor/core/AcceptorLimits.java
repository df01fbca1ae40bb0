package io.holdfast.acceptor.core;

/**
 * Bounds of an acceptor.
 *
 * @param snapshotEveryEvents journal events between two snapshots, 1 or more; {@code tailHardBytes}
 *     of batches make one due as well
 * @param tailBytes batches kept in memory beyond those that votes may still need
 * @param tailHardBytes beyond this, Accepts for new slots are dropped until the replica has caught
 *     up; and as many bytes of batches written make a snapshot due, so that a restart has only some
 *     such amounts to replay
 * @param chunkBytes batch bytes in one chunk of a promise
 * @param maxLogBytes batches that the journal holds, about, for the sake of members that lag
 */
public record AcceptorLimits(
    int snapshotEveryEvents, long tailBytes, long tailHardBytes, int chunkBytes, long maxLogBytes) {

  /** What the journal holds for members that lag where nothing else is said. */
  public static final long DEFAULT_MAX_LOG_BYTES = 256L << 20;

  public AcceptorLimits {
    if (snapshotEveryEvents < 1
        || tailBytes < 0
        || tailHardBytes < tailBytes
        || chunkBytes < 1
        || maxLogBytes < 0) {
      throw new IllegalArgumentException("limits out of range");
    }
  }

  /** The same with {@link #DEFAULT_MAX_LOG_BYTES}. */
  public AcceptorLimits(
      int snapshotEveryEvents, long tailBytes, long tailHardBytes, int chunkBytes) {
    this(snapshotEveryEvents, tailBytes, tailHardBytes, chunkBytes, DEFAULT_MAX_LOG_BYTES);
  }
}
