package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a snapshot's chunks: first {@link #head}, then the rows, each by {@link #add} and in their
 * order, then {@link #rest}, then {@link #end}. It holds the rows of one chunk.
 */
public final class SnapshotChunks {

  private final SnapshotContent.Head head;
  private final int maxBytes;
  private final ChunkHash hash = new ChunkHash();
  private final List<SnapshotRow> rows = new ArrayList<>();
  private SnapshotCounts counts = SnapshotCounts.NONE;
  private long bytes;
  private long ordinal;

  /**
   * @param head what the snapshot is of
   * @param maxBytes how large a chunk may be; larger only where one row is
   */
  public SnapshotChunks(SnapshotContent.Head head, int maxBytes) {
    if (maxBytes <= SnapshotCodec.ENVELOPE_BYTES) {
      throw new IllegalArgumentException("chunks of at most " + maxBytes + " bytes");
    }
    this.head = head;
    this.maxBytes = maxBytes;
  }

  /** The first chunk. */
  public ByteString head() {
    return chunk(head);
  }

  /**
   * Adds a row.
   *
   * @param row the row
   * @param units how many changes, keys, ids or the like stand in it
   * @return the rows before it, where they and this one would not fit in one chunk
   */
  public Optional<ByteString> add(SnapshotRow row, long units) {
    long taken = row.bytes().size() + SnapshotCodec.ROW_ENVELOPE_BYTES;
    Optional<ByteString> full =
        bytes + taken > maxBytes - SnapshotCodec.ENVELOPE_BYTES ? rest() : Optional.empty();
    rows.add(row);
    bytes += taken;
    counts = counts.plus(row.kind(), units);
    return full;
  }

  /** The rows that no chunk has yet, if there are any. */
  public Optional<ByteString> rest() {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    ByteString chunk = chunk(new SnapshotContent.Rows(rows));
    rows.clear();
    bytes = 0;
    return Optional.of(chunk);
  }

  /** The last chunk. */
  public ByteString end() {
    return SnapshotCodec.encode(ordinal, new SnapshotContent.End(counts, hash.soFar()));
  }

  private ByteString chunk(SnapshotContent content) {
    ByteString chunk = SnapshotCodec.encode(ordinal, content);
    ordinal++;
    hash.add(chunk);
    return chunk;
  }
}
