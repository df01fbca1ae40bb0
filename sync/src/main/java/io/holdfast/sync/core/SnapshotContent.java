package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;
import java.util.List;

/** What stands in a chunk of a snapshot. */
public sealed interface SnapshotContent {

  /**
   * The first chunk.
   *
   * @param state the sender's state row
   * @param afterPlace changes up to here are not sent; 0: all are
   * @param bytes about what all chunks take
   */
  record Head(StoredProgress state, long afterPlace, long bytes) implements SnapshotContent {
    public Head {
      if (afterPlace < 0 || afterPlace > state.lastPlace() || bytes < 0) {
        throw new IllegalArgumentException(
            "changes after place %d of %d, %d bytes"
                .formatted(afterPlace, state.lastPlace(), bytes));
      }
    }

    /** What a caller is told of it. */
    public SnapshotHead told() {
      StateHeader header = state.header();
      return new SnapshotHead(header.applied(), header.chainHash(), state.lastPlace(), bytes);
    }
  }

  /** Rows, in the order of their kinds and keys. */
  record Rows(List<SnapshotRow> rows) implements SnapshotContent {
    public Rows {
      rows = List.copyOf(rows);
    }
  }

  /**
   * The last chunk.
   *
   * @param counts of all rows
   * @param hash SHA-256 over all chunks before this one
   */
  record End(SnapshotCounts counts, Digest hash) implements SnapshotContent {}
}
