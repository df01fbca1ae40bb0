package io.holdfast.mesh.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.SnapshotStream;
import io.holdfast.sync.core.SnapshotHead;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that are not written. */
class BackupTest {

  private static final GroupId MAIN = new GroupId("main");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path dir;

  private final FakeNode node = new FakeNode();

  /** Of so many bytes, of which none comes. */
  private static final class Stream implements SnapshotStream {
    private final long bytes;
    private boolean closed;

    Stream(long bytes) {
      this.bytes = bytes;
    }

    @Override
    public SnapshotHead head() {
      return new SnapshotHead(new Slot(9), Digest.ZERO, 5, bytes);
    }

    @Override
    public CompletionStage<Optional<ByteString>> next() {
      return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void leaveNoInterrupt() {
    boolean unused = Thread.interrupted();
  }

  @Test
  void snapshotThatOpensWhenNobodyWaitsAnyMoreIsClosed() {
    Stream late = new Stream(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new Backup(node.mesh(), dir, 1).write(MAIN, "x"))
        .isExactlyInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).isTrue();
    node.snapshot.complete(new SnapshotAnswer.Opened(late));
    assertThat(late.closed).isTrue();
  }

  @Test
  void snapshotThatWouldFillTheDiskIsRefused() {
    node.take(FakeNode.picture(3, java.util.List.of("main")));
    Stream large = new Stream(FakeNode.ROOM - 99);
    node.snapshot.complete(new SnapshotAnswer.Opened(large));
    assertThatThrownBy(() -> new Backup(node.mesh(), dir, 100).write(MAIN, "x"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1000 bytes of room 100 are to stay free (holdfast.watch.disk-low)");
    assertThat(large.closed).isTrue();
    assertThat(dir.resolve(Backup.FOLDER)).isEmptyDirectory();

    Stream fits = new Stream(FakeNode.ROOM - 100);
    FakeNode other = new FakeNode();
    other.snapshot.complete(new SnapshotAnswer.Opened(fits));
    assertThatThrownBy(() -> new Backup(other.mesh(), dir, 100).write(MAIN, "x"))
        .hasMessageNotContaining("room");
  }
}
