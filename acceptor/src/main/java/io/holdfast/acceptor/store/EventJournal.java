package io.holdfast.acceptor.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Events and snapshots on disk. When a writing call has returned, what it wrote is durable, all of
 * it; when it has thrown, what it wrote is unknown and the journal must not be used any more.
 *
 * <p>Writing calls are for one thread at a time; reading calls are for any thread.
 */
public interface EventJournal extends AutoCloseable {

  /** Writes all rows, of any persistence ids, with one commit. */
  void append(List<JournalRow> rows) throws SQLException;

  /**
   * Forgets the oldest events of {@code persistenceId} up to {@code toSequenceNumber}, inclusive,
   * with one commit. The row of the highest sequence number is never removed, only marked as
   * deleted, so that the number is not used again.
   *
   * @param maxRows how many rows this may remove, 1 or more: it bounds how long the writes behind
   *     this wait
   * @return whether there are more to forget
   */
  boolean delete(String persistenceId, long toSequenceNumber, int maxRows) throws SQLException;

  /** The highest sequence number ever written for {@code persistenceId}; 0 if none was. */
  long highestSequenceNumber(String persistenceId) throws SQLException;

  /**
   * Passes the events from {@code from} to {@code to}, both inclusive, that are not deleted, to
   * {@code consumer}, in order, holding a bounded number of them in memory.
   *
   * @param limit at most this many
   */
  void read(String persistenceId, long from, long to, long limit, Consumer<JournalRow> consumer)
      throws SQLException;

  /** The same without a limit. */
  default void read(String persistenceId, long from, long to, Consumer<JournalRow> consumer)
      throws SQLException {
    read(persistenceId, from, to, Long.MAX_VALUE, consumer);
  }

  /** Writes a snapshot, in place of one with the same sequence number. */
  void saveSnapshot(SnapshotRow snapshot) throws SQLException;

  /** The latest snapshot within the bounds, which are inclusive. */
  Optional<SnapshotRow> latestSnapshot(String persistenceId, SnapshotBounds bounds)
      throws SQLException;

  /** Removes the snapshots within the bounds. */
  void deleteSnapshots(String persistenceId, SnapshotBounds bounds) throws SQLException;

  /** One bounded step of making the space of deleted rows usable again; a writing call. */
  void reclaim() throws SQLException;

  @Override
  void close() throws SQLException;

  /**
   * Which snapshots; all bounds are inclusive.
   *
   * @param minSequenceNumber least sequence number
   * @param maxSequenceNumber greatest sequence number
   * @param minCreated least time, in milliseconds since 1970-01-01T00:00:00Z
   * @param maxCreated greatest time
   */
  record SnapshotBounds(
      long minSequenceNumber, long maxSequenceNumber, long minCreated, long maxCreated) {}
}
