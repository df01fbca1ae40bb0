package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredState;
import java.util.List;
import java.util.Optional;

/**
 * Where a replica keeps its state behind the log. The contract:
 *
 * <ul>
 *   <li>When {@link #flush} returns, the delta is durable: it survives a crash of the process and,
 *       as far as the medium allows, of the machine.
 *   <li>A flush is all or nothing, whenever the process dies.
 *   <li>Flushes take effect in the order in which they are called; a delta that does not follow the
 *       one before is refused, and nothing of it is kept.
 *   <li>{@link #load} gives the state after the last durable flush, exactly.
 *   <li>What is at a place never changes; {@link #collect} takes away what no read can ask for.
 * </ul>
 *
 * <p>{@link #load}, {@link #flush} and {@link #collect} are called by one thread at a time; reads
 * by any, at any time after the load. After a {@link StorageFailure} the store must not be used any
 * more: what was being written is unknown.
 */
public interface ReplicaStore extends AutoCloseable {

  /**
   * Everything that was flushed; the empty state if nothing was.
   *
   * @throws DamagedStore when rows are missing, or not what was written
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  RestoredState load();

  /**
   * Makes a delta durable.
   *
   * @throws io.holdfast.config.core.InvariantViolation FlushInOrder when the delta does not follow
   *     the last one
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails: the delta may be
   *     durable or not
   */
  void flush(ReplicaDelta delta);

  /**
   * Versions by their places, in the order asked for; absent where the place is not flushed or was
   * collected.
   *
   * @throws DamagedStore when a row is not what was written
   */
  List<Optional<Change>> read(List<Long> places);

  /**
   * The newest version of each key at or before a revision, a delete included; absent where there
   * is none above the compaction point.
   *
   * @param heads a flushed version of each key, at or after the wanted one
   * @param revision the revision
   * @throws DamagedStore when a row is not what was written
   */
  List<Optional<Change>> readAt(List<Long> heads, long revision);

  /**
   * Changes in the order of their places.
   *
   * @param from the first place
   * @param to the last place
   * @param maxChanges how many at most, 1 or more
   * @param maxBytes about how many bytes at most; one change however large
   * @throws DamagedStore when a row is not what was written
   */
  List<Change> changes(long from, long to, int maxChanges, long maxBytes);

  /** The result of a remembered write with its details; absent where they were not kept. */
  Optional<Detailed> answer(long ordinal);

  /**
   * Takes a bounded part of what compaction made unreadable away.
   *
   * @return whether there is more
   */
  boolean collect();

  /**
   * The present state, pinned: flushes and collections that follow are not seen in it. To be called
   * by any thread, at any time after the load.
   *
   * @param afterPlace changes up to here are not wanted, since the receiver has them; 0: all are. A
   *     place beyond the newest change counts as 0: then the receiver holds more than this store
   * @throws DamagedStore when the state is not what was written
   */
  SnapshotReading snapshot(long afterPlace);

  /**
   * The slot of the snapshot that this store was made from; 0 where it grew by the log alone. What
   * the acceptor beside it accepted at or below this slot may never have been chosen.
   */
  Slot installedAt();

  /** Bytes that the store takes on its medium. */
  long storedBytes();

  /** Gives the medium free; what was flushed stays. */
  @Override
  void close();
}
