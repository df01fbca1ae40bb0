package io.holdfast.chaos.fault;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.store.SnapshotWriting;
import io.holdfast.sync.store.StoreInstallation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a node's process ends, as by SIGKILL, once: at the step whose name stands in {@value #FILE}
 * in its data directory when it starts. The file is gone when it has ended there.
 */
public final class DeathPoint {

  /** Where the step's name stands, below the data directory. */
  public static final String FILE = "fault.die";

  /** Ended by SIGKILL, as a shell tells it. */
  static final int KILLED = 128 + 9;

  private final Path file;
  private final String step;

  private DeathPoint(Path file, String step) {
    this.file = file;
    this.step = step;
  }

  /** What is asked for in a data directory. */
  static DeathPoint in(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      return new DeathPoint(file, Files.exists(file) ? Files.readString(file).strip() : "");
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  /** A step of putting a received store in place is done. */
  void installing(StoreInstallation.Step done) {
    passed(done.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** The same steps of receiving as {@code writing}'s, each of which may be the last. */
  SnapshotWriting receiving(SnapshotWriting writing) {
    return new SnapshotWriting() {
      @Override
      public long lastPlace() {
        return writing.lastPlace();
      }

      @Override
      public void take(ByteString chunk) {
        writing.take(chunk);
        passed("chunk-taken");
      }

      @Override
      public SnapshotHead finish() {
        SnapshotHead head = writing.finish();
        passed("snapshot-finished");
        return head;
      }

      @Override
      public void discard() {
        writing.discard();
      }

      @Override
      public void close() {
        writing.close();
      }
    };
  }

  private void passed(String done) {
    if (!done.equals(step)) {
      return;
    }
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + file, e);
    }
    Runtime.getRuntime().halt(KILLED);
  }
}
