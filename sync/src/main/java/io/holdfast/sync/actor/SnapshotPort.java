package io.holdfast.sync.actor;

import io.holdfast.sync.core.Divergence;
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
        public void markDiverged(Divergence divergence) {
          throw new IllegalStateException("there is nowhere to mark a diverged store");
        }

        @Override
        public void complete(SnapshotHead head, boolean diverged) {
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
   * Writes beside the store in use, durably, that it has diverged; on a thread that may block.
   *
   * @throws io.holdfast.acceptor.store.StorageFailure when the medium fails
   */
  void markDiverged(Divergence divergence);

  /**
   * A snapshot is ready, and the cache-owner does nothing more: end the group's actors, put it in
   * the place of the store, and start them anew. On the cache-owner's thread, when it has let go of
   * what it has received.
   *
   * @param head what it is of
   * @param diverged whether the store that it replaces has diverged: that one is kept aside
   */
  void complete(SnapshotHead head, boolean diverged);
}
