package io.holdfast.mesh.actor;

import com.google.protobuf.ByteString;
import io.holdfast.mesh.SnapshotStream;
import io.holdfast.sync.core.Divergence;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.store.DamagedStore;
import io.holdfast.sync.store.SnapshotForm;
import io.holdfast.sync.store.SnapshotReading;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pinned state on its way out. What it does with the store follows one after the other. It ends
 * without its end mark once its replica is known to differ from a majority.
 */
final class PinnedSnapshot implements SnapshotStream {

  private static final Logger LOG = LoggerFactory.getLogger(PinnedSnapshot.class);

  private enum Part {
    HEADER,
    CHUNKS,
    END,
    NOTHING
  }

  private final SnapshotFileHeader header;
  private final SnapshotHead head;
  private final SnapshotReading reading;
  private final Supplier<Optional<Divergence>> divergence;
  private final Backups backups;
  private final Runnable ended;
  private Part next = Part.HEADER;
  private boolean closed;
  private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);

  /**
   * @param pinned the state
   * @param ended run once the state is let go
   */
  PinnedSnapshot(
      SnapshotFileHeader header, Backups.Pinned pinned, Backups backups, Runnable ended) {
    this.header = header;
    this.reading = pinned.reading();
    this.head = reading.head();
    this.divergence = pinned.divergence();
    this.backups = backups;
    this.ended = ended;
  }

  @Override
  public SnapshotHead head() {
    return head;
  }

  @Override
  public synchronized CompletionStage<Optional<ByteString>> next() {
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("the snapshot is closed"));
    }
    CompletableFuture<Optional<ByteString>> piece =
        work.thenCompose(before -> backups.turn())
            .thenApplyAsync(turn -> read(), backups.blocking());
    work = piece.handle((done, failure) -> null);
    return piece;
  }

  private Optional<ByteString> read() {
    if (divergence.get().isPresent()) {
      throw new IllegalStateException(
          "this replica differs from a majority: " + divergence.get().get());
    }
    try {
      Optional<ByteString> piece = piece();
      piece.ifPresent(bytes -> backups.sends(bytes.size()));
      return piece;
    } catch (DamagedStore e) {
      backups.damaged(e);
      throw e;
    }
  }

  private Optional<ByteString> piece() {
    if (next == Part.HEADER) {
      next = Part.CHUNKS;
      return Optional.of(SnapshotForm.begin(header));
    }
    if (next == Part.CHUNKS) {
      Optional<ByteString> chunk = reading.next();
      if (chunk.isPresent()) {
        return chunk.map(SnapshotForm::frame);
      }
      next = Part.END;
    }
    if (next == Part.END) {
      next = Part.NOTHING;
      return Optional.of(SnapshotForm.end());
    }
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    work = work.thenRunAsync(this::letGo, backups.blocking());
  }

  private void letGo() {
    try {
      reading.close();
    } catch (RuntimeException e) {
      // Nothing rests on it any more; a store that is broken tells its replica.
      LOG.warn("closing a snapshot of slot {}", head.slot(), e);
    } finally {
      ended.run();
    }
  }
}
