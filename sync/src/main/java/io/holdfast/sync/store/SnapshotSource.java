package io.holdfast.sync.store;

import io.holdfast.sync.core.SnapshotRow;
import java.util.Optional;

/** The rows of a pinned state, one after the other. */
interface SnapshotSource {

  /**
   * A row and what stands in it.
   *
   * @param row the row
   * @param units how many changes, keys, ids or the like
   */
  record Counted(SnapshotRow row, long units) {}

  /**
   * The next row, in the order of kinds and keys; empty after the last.
   *
   * @throws DamagedStore when it is not what was written
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  Optional<Counted> next();

  /** No more is asked for. Closing again does nothing. */
  void close();
}
