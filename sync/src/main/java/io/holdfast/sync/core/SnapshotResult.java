package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** Answers {@link SnapshotWork}. */
public sealed interface SnapshotResult {

  /**
   * A state is pinned.
   *
   * @param session its name
   * @param head what it is of
   */
  record Opened(long session, SnapshotHead head) implements SnapshotResult {}

  /**
   * A chunk was read.
   *
   * @param session of which
   * @param chunk the chunk; empty after the last
   */
  record ChunkRead(long session, Optional<ByteString> chunk) implements SnapshotResult {}

  /**
   * Chunks can be taken.
   *
   * @param lastPlace changes up to here are here durably
   */
  record Receiving(long lastPlace) implements SnapshotResult {}

  /**
   * A chunk is here durably.
   *
   * @param lastPlace changes up to here are here durably
   */
  record Written(long lastPlace) implements SnapshotResult {}

  /**
   * All is here, and is what it says that it is.
   *
   * @param head what it is of
   */
  record Whole(SnapshotHead head) implements SnapshotResult {}

  /**
   * What came is of no use, and all of it is dropped.
   *
   * @param reason why
   */
  record Unusable(String reason) implements SnapshotResult {}
}
