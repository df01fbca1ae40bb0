package io.holdfast.mesh;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.SnapshotHead;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A group's state at one slot, piece by piece, in the form in which it is kept in a file ({@link
 * io.holdfast.sync.store.SnapshotForm}). Nothing is read before it is asked for, and one piece, of
 * about a mebibyte, is in memory at a time.
 *
 * <p>As long as it is open the store keeps all that it shows: close it as soon as nobody reads it.
 */
public interface SnapshotStream extends AutoCloseable {

  /** What it is of. */
  SnapshotHead head();

  /**
   * The next piece; empty after the last. It may be asked for once the one before has come, and
   * comes no faster than this node sends snapshots. Completes exceptionally when the store cannot
   * be read on, or was closed.
   */
  CompletionStage<Optional<ByteString>> next();

  /** Lets the store forget what only this has shown. Returns at once; again, it does nothing. */
  @Override
  void close();
}
