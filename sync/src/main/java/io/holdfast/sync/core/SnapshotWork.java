package io.holdfast.sync.core;

import com.google.protobuf.ByteString;

/**
 * What a replica wants done with its store about snapshots, off the path of applying: to send one,
 * and to receive one beside the store in use. Answered by {@link SnapshotResult}.
 */
public sealed interface SnapshotWork {

  /**
   * Pin the store's state; answered by {@link SnapshotResult.Opened}.
   *
   * @param session names it
   * @param afterPlace changes up to here are not wanted
   */
  record Open(long session, long afterPlace) implements SnapshotWork {}

  /**
   * Read the next chunk; answered by {@link SnapshotResult.ChunkRead}.
   *
   * @param session of which
   */
  record ReadChunk(long session) implements SnapshotWork {}

  /**
   * Let go of a pinned state. Not answered; of a session that is not open it does nothing.
   *
   * @param session of which
   */
  record Close(long session) implements SnapshotWork {}

  /**
   * Go on receiving, with what an earlier attempt has left; answered by {@link
   * SnapshotResult.Receiving}, or {@link SnapshotResult.Unusable} where none can be received.
   *
   * @param afresh whether to drop what an earlier attempt has left first: it may be of a replica
   *     that has diverged
   */
  record Receive(boolean afresh) implements SnapshotWork {}

  /**
   * Take the next chunk; answered by {@link SnapshotResult.Written} or {@link
   * SnapshotResult.Unusable}.
   *
   * @param chunk the chunk
   */
  record Write(ByteString chunk) implements SnapshotWork {}

  /**
   * All chunks are here: check that they are whole; answered by {@link SnapshotResult.Whole} or
   * {@link SnapshotResult.Unusable}.
   */
  record Finish() implements SnapshotWork {}
}
