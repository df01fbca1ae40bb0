package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.SnapshotChunks;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotHead;
import java.util.Optional;

/** Cuts the rows of a pinned state into chunks, as they are asked for. */
final class ChunkedReading implements SnapshotReading {

  private enum Stage {
    HEAD,
    ROWS,
    END,
    DONE
  }

  private final SnapshotHead told;
  private final SnapshotChunks chunks;
  private final SnapshotSource source;
  private Stage stage = Stage.HEAD;

  ChunkedReading(SnapshotContent.Head head, SnapshotSource source, int chunkBytes) {
    this.told = head.told();
    this.chunks = new SnapshotChunks(head, chunkBytes);
    this.source = source;
  }

  @Override
  public SnapshotHead head() {
    return told;
  }

  @Override
  public Optional<ByteString> next() {
    return switch (stage) {
      case HEAD -> {
        stage = Stage.ROWS;
        yield Optional.of(chunks.head());
      }
      case ROWS -> {
        Optional<ByteString> rows = rows();
        yield rows.isPresent() ? rows : next();
      }
      case END -> {
        stage = Stage.DONE;
        yield Optional.of(chunks.end());
      }
      case DONE -> Optional.empty();
    };
  }

  private Optional<ByteString> rows() {
    Optional<SnapshotSource.Counted> row = source.next();
    while (row.isPresent()) {
      Optional<ByteString> full = chunks.add(row.get().row(), row.get().units());
      if (full.isPresent()) {
        return full;
      }
      row = source.next();
    }
    stage = Stage.END;
    return chunks.rest();
  }

  @Override
  public void close() {
    stage = Stage.DONE;
    source.close();
  }
}
