package io.holdfast.config.core;

import java.util.List;

/**
 * How much an acceptor keeps.
 *
 * @param snapshotEveryEvents events between two snapshots of its state
 * @param tailBytes accepted batches kept for members that lag, once they are trimmable
 * @param tailHardBytes the most that is kept whoever lags; at least {@code tailBytes}. As many
 *     bytes written make a snapshot due, however few events they are
 * @param chunkBytes the largest chunk of a promise's accepted batches
 * @param logBytes batches that the journal holds for members that lag, about
 */
public record AcceptorSettings(
    int snapshotEveryEvents, long tailBytes, long tailHardBytes, int chunkBytes, long logBytes) {

  /** Key of {@link #snapshotEveryEvents}. */
  public static final NumberKey SNAPSHOT_EVERY_EVENTS =
      NumberKey.count("holdfast.acceptor.snapshot-every-events", 1, 1_000_000);

  /** Key of {@link #tailBytes}. */
  public static final NumberKey TAIL_BYTES =
      NumberKey.bytes("holdfast.acceptor.tail-bytes", 1 << 10, 1 << 30);

  /** Key of {@link #tailHardBytes}. */
  public static final NumberKey TAIL_HARD_BYTES =
      NumberKey.bytes("holdfast.acceptor.tail-hard-bytes", 1 << 10, 4L << 30);

  /** Key of {@link #chunkBytes}. */
  public static final NumberKey CHUNK_BYTES =
      NumberKey.bytes("holdfast.acceptor.chunk-bytes", 1 << 10, 16 << 20);

  /** Key of {@link #logBytes}. */
  public static final NumberKey LOG_BYTES =
      NumberKey.bytes("holdfast.acceptor.log-bytes", 1 << 20, 1L << 40);

  private static final OrderRule HARD_ABOVE_SOFT =
      new OrderRule(TAIL_HARD_BYTES, 1, TAIL_BYTES, "the hard limit is the outer one");

  static final List<NumberKey> KEYS =
      List.of(SNAPSHOT_EVERY_EVENTS, TAIL_BYTES, TAIL_HARD_BYTES, CHUNK_BYTES, LOG_BYTES);

  static final List<OrderRule> RULES = List.of(HARD_ABOVE_SOFT);

  public AcceptorSettings {
    SNAPSHOT_EVERY_EVENTS.require(snapshotEveryEvents);
    TAIL_BYTES.require(tailBytes);
    TAIL_HARD_BYTES.require(tailHardBytes);
    CHUNK_BYTES.require(chunkBytes);
    LOG_BYTES.require(logBytes);
    HARD_ABOVE_SOFT.require(tailHardBytes, tailBytes);
  }
}
