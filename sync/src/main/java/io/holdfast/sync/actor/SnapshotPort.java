package io.holdfast.sync.actor;

import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.store.SnapshotWriting;
import java.util.Optional;

/** Where a cache-owner receives snapshots, and who puts them in place. */
public interface SnapshotPort {

  /** Of a node that cannot put a snapshot in place: members send none to it. */
  SnapshotPort NONE =
      new SnapshotPort() {
        @Override
        public Optional<SnapshotWriting> receive() {
          return Optional.empty();
        }

        @Override
        public void complete(SnapshotHead head) {
          throw new IllegalStateException("a snapshot came though none can be received: " + head);
        }
      };

  /**
   * Opens the store that is received beside the one in use, or finds what is there of it; on a
   * thread that may block. Empty where none can be received.
   *
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  Optional<SnapshotWriting> receive();

  /**
   * A snapshot is ready, and the cache-owner does nothing more: end the group's actors, put it in
   * the place of the store, and start them anew. On the cache-owner's thread, when it has let go of
   * what it has received.
   *
   * @param head what it is of
   */
  void complete(SnapshotHead head);
}
