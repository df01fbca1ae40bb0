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
 */
public record AcceptorLimits(
    int snapshotEveryEvents, long tailBytes, long tailHardBytes, int chunkBytes) {

  public AcceptorLimits {
    if (snapshotEveryEvents < 1 || tailBytes < 0 || tailHardBytes < tailBytes || chunkBytes < 1) {
      throw new IllegalArgumentException("limits out of range");
    }
  }
}
