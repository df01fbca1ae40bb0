package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.SnapshotHead;

/**
 * A store that is being received, beside the one in use; nothing of it is served. The changes that
 * it holds survive a crash, and an attempt that ended before its last chunk: the next attempt asks
 * for those after {@link #lastPlace} only, of whichever member.
 *
 * <p>A first chunk begins a new attempt at any time. For one thread at a time; after a {@link
 * io.holdfast.acceptor.store.StorageFailure} it must not be used any more.
 */
public interface SnapshotWriting extends AutoCloseable {

  /**
   * Changes up to here are here durably: what to ask for as {@code afterPlace}. 0 while there is
   * none, and after a refusal.
   */
  long lastPlace();

  /**
   * Drops all that is held: the next attempt begins with nothing.
   *
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  void discard();

  /**
   * Takes the next chunk of an attempt; durable when it returns.
   *
   * @throws SnapshotRefused when it is not the next one, is damaged, or cannot be of this group;
   *     all that was held is dropped then, and the next attempt begins with nothing
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  void take(ByteString chunk);

  /**
   * After the last chunk: checks that the store is whole and is what the head says. It is ready to
   * be put in place then, and takes no more chunks.
   *
   * @throws SnapshotRefused when it is not; all that was held is dropped then
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  SnapshotHead finish();

  /** Lets go of the medium; what is durable stays, to go on with. Closing again does nothing. */
  @Override
  void close();
}
