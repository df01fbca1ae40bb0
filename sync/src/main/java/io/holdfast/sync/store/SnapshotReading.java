package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.SnapshotHead;
import java.util.Optional;

/**
 * A store's state as of one moment, between two flushes, in chunks for another replica. Flushes,
 * collections and reads go on beside it and are not seen here. It holds one chunk in memory.
 *
 * <p>For one thread at a time. As long as it is open the store keeps all that it shows, so its file
 * may grow: the caller bounds how many are open, and closes one that nobody asks any more.
 */
public interface SnapshotReading extends AutoCloseable {

  /** How large a chunk may be; larger only where one row is. */
  int CHUNK_BYTES = 1 << 20;

  /** What it is of. */
  SnapshotHead head();

  /**
   * The next chunk; empty after the last. The order: what it is of; changes by place; touched keys,
   * write ids, answers and leases; the counts and a SHA-256 over all chunks before.
   *
   * @throws DamagedStore when a row is not what was written: nothing may be made of the chunks
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  Optional<ByteString> next();

  /** Lets the store forget what only this has shown. Closing again does nothing. */
  @Override
  void close();
}
