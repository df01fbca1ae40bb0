package io.holdfast.sync.store;

/**
 * A chunk, or the whole of what was received, is not what a replica of this group sends. Nothing of
 * it may be served; another attempt may do better.
 */
public final class SnapshotRefused extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  SnapshotRefused(String reason) {
    super("snapshot refused: " + reason);
  }

  SnapshotRefused(String reason, Throwable cause) {
    super("snapshot refused: " + reason, cause);
  }
}
