package io.holdfast.config.core;

import java.time.Duration;
import java.util.List;

/**
 * How a replica stores and catches up.
 *
 * @param flushInterval the longest that an applied change stays in memory only (the log has it)
 * @param flushBytes unflushed bytes that start a flush early
 * @param maxUnflushedBytes unflushed bytes at which apply waits; at least {@code flushBytes}
 * @param fetchChunkBytes the largest chunk fetched from a peer
 * @param gapPatience how long a gap may fill by itself before it is fetched
 * @param writeIdWindow write ids remembered at least, while they are no older than an hour; twice
 *     as many at most
 * @param rotationCommands applied commands after which the cache's generations rotate; at least
 *     what may be on its way at a time
 * @param rotationBytes bytes entered into the cache after which its generations rotate
 * @param historyLimited whether this node, while it leads, has history compacted beyond what
 *     follows
 * @param historyAge for how long a revision can be read after it was the newest
 * @param historyBytes bytes of changes that history goes back over, about
 * @param historyRevisions revisions that history goes back over
 */
public record ReplicaSettings(
    Duration flushInterval,
    long flushBytes,
    long maxUnflushedBytes,
    int fetchChunkBytes,
    Duration gapPatience,
    int writeIdWindow,
    long rotationCommands,
    long rotationBytes,
    boolean historyLimited,
    Duration historyAge,
    long historyBytes,
    long historyRevisions) {

  /** Key of {@link #flushInterval}. */
  public static final NumberKey FLUSH_INTERVAL =
      NumberKey.duration("holdfast.replica.flush-interval");

  /** Key of {@link #flushBytes}. */
  public static final NumberKey FLUSH_BYTES =
      NumberKey.bytes("holdfast.replica.flush-bytes", 1 << 10, 1 << 30);

  /** Key of {@link #maxUnflushedBytes}. */
  public static final NumberKey MAX_UNFLUSHED_BYTES =
      NumberKey.bytes("holdfast.replica.max-unflushed-bytes", 1 << 10, 4L << 30);

  /** Key of {@link #fetchChunkBytes}. */
  public static final NumberKey FETCH_CHUNK_BYTES =
      NumberKey.bytes("holdfast.replica.fetch-chunk-bytes", 1 << 10, 16 << 20);

  /** Key of {@link #gapPatience}. */
  public static final NumberKey GAP_PATIENCE = NumberKey.duration("holdfast.replica.gap-patience");

  /** Key of {@link #writeIdWindow}. */
  public static final NumberKey WRITE_ID_WINDOW =
      NumberKey.count("holdfast.replica.write-id-window", 1, 100_000_000);

  /** Key of {@link #rotationCommands}. */
  public static final NumberKey ROTATION_COMMANDS =
      NumberKey.count("holdfast.replica.rotation-commands", 1, 100_000_000);

  /** Key of {@link #rotationBytes}. */
  public static final NumberKey ROTATION_BYTES =
      NumberKey.bytes("holdfast.replica.rotation-bytes", 1 << 20, 16L << 30);

  /** Key of {@link #historyLimited}. */
  public static final String HISTORY_LIMITED = "holdfast.replica.history-limited";

  /** Key of {@link #historyAge}. */
  public static final NumberKey HISTORY_AGE =
      NumberKey.duration(
          "holdfast.replica.history-age", Duration.ofSeconds(1), Duration.ofDays(3_650));

  /** Key of {@link #historyBytes}. */
  public static final NumberKey HISTORY_BYTES =
      NumberKey.bytes("holdfast.replica.history-bytes", 1 << 20, 1L << 40);

  /** Key of {@link #historyRevisions}. */
  public static final NumberKey HISTORY_REVISIONS =
      NumberKey.count("holdfast.replica.history-revisions", 1_000, 1_000_000_000);

  private static final OrderRule WAIT_ABOVE_FLUSH =
      new OrderRule(MAX_UNFLUSHED_BYTES, 1, FLUSH_BYTES, "apply must not wait before a flush");

  static final List<NumberKey> KEYS =
      List.of(
          FLUSH_INTERVAL,
          FLUSH_BYTES,
          MAX_UNFLUSHED_BYTES,
          FETCH_CHUNK_BYTES,
          GAP_PATIENCE,
          WRITE_ID_WINDOW,
          ROTATION_COMMANDS,
          ROTATION_BYTES,
          HISTORY_AGE,
          HISTORY_BYTES,
          HISTORY_REVISIONS);

  static final List<OrderRule> RULES = List.of(WAIT_ABOVE_FLUSH);

  public ReplicaSettings {
    FLUSH_INTERVAL.require(flushInterval);
    FLUSH_BYTES.require(flushBytes);
    MAX_UNFLUSHED_BYTES.require(maxUnflushedBytes);
    FETCH_CHUNK_BYTES.require(fetchChunkBytes);
    GAP_PATIENCE.require(gapPatience);
    WRITE_ID_WINDOW.require(writeIdWindow);
    ROTATION_COMMANDS.require(rotationCommands);
    ROTATION_BYTES.require(rotationBytes);
    HISTORY_AGE.require(historyAge);
    HISTORY_BYTES.require(historyBytes);
    HISTORY_REVISIONS.require(historyRevisions);
    WAIT_ABOVE_FLUSH.require(maxUnflushedBytes, flushBytes);
  }
}
