package io.holdfast.sync.store;

import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.core.StoreDelta;
import io.holdfast.sync.core.StoredState;

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
 * </ul>
 *
 * <p>One thread at a time. After a {@link StorageFailure} the store must not be used any more: what
 * was being written is unknown.
 */
public interface RecordStore extends AutoCloseable {

  /**
   * Everything that was flushed; the empty state if nothing was.
   *
   * @throws DamagedStore when rows are missing, or not what was written
   * @throws StorageFailure when the medium fails
   */
  StoredState load();

  /**
   * Makes a delta durable.
   *
   * @throws io.holdfast.config.core.InvariantViolation FlushInOrder when the delta does not follow
   *     the last one
   * @throws StorageFailure when the medium fails: the delta may be durable or not
   */
  void flush(StoreDelta delta);

  /** Bytes that the store takes on its medium. */
  long storedBytes();

  /** Gives the medium free; what was flushed stays. */
  @Override
  void close();
}
