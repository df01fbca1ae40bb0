package io.holdfast.mesh.jmx;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.WatchSettings;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.SnapshotAnswer;
import io.holdfast.mesh.SnapshotStream;
import io.holdfast.sync.store.SnapshotFile;
import io.holdfast.sync.store.SnapshotRefused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes snapshots into one folder of the data directory, one at a time. For any thread. */
final class Backup {

  private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

  /** Where they go, in the data directory. */
  static final String FOLDER = "backups";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final Mesh mesh;
  private final Path folder;
  private final long room;
  private final Semaphore one = new Semaphore(1);

  /**
   * @param room bytes that are left free at least: a node whose disk is full ends
   */
  Backup(Mesh mesh, Path dataDirectory, long room) {
    this.mesh = mesh;
    this.room = room;
    this.folder = dataDirectory.toAbsolutePath().normalize().resolve(FOLDER);
  }

  /**
   * Writes one.
   *
   * @param name of the file; no path
   * @throws IllegalArgumentException for a name that is none
   * @throws IllegalStateException where there is a file of that name, or none can be written now
   */
  GroupMXBean.Backup write(GroupId group, String name) {
    Path file = fileOf(name);
    if (!one.tryAcquire()) {
      throw new IllegalStateException("Another snapshot is being written; try again later.");
    }
    try {
      makeFolder();
      SnapshotFile.requireFree(file, false);
      LOG.info("{}: told by JMX to write a snapshot to {}", group, file);
      return write(group, file);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException(
          "%s is there already, and no file is replaced; choose another name.".formatted(file));
    } catch (IOException | SnapshotRefused e) {
      throw new IllegalStateException(
          "No snapshot was written to %s: %s".formatted(file, e.getMessage()));
    } finally {
      one.release();
    }
  }

  private Path fileOf(String name) {
    if (name == null || !NAME.matcher(name).matches() || name.endsWith(".part")) {
      throw new IllegalArgumentException(
          "file \"%s\": allowed is a name without a folder, of 1 to 128 letters, digits, '.', '_' and '-', that begins with a letter or digit and does not end with .part; it is written in %s"
              .formatted(shortened(name), folder));
    }
    return folder.resolve(name);
  }

  private static String shortened(String text) {
    String said = String.valueOf(text);
    return said.length() <= 100 ? said : said.substring(0, 100) + "...";
  }

  /** A link in its place would lead elsewhere. */
  private void makeFolder() throws IOException {
    if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.makeFolder(folder);
    } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(folder + " is no folder");
    }
  }

  private GroupMXBean.Backup write(GroupId group, Path file) throws IOException {
    boolean whole = false;
    try (SnapshotStream stream = opened(group)) {
      requireRoom(file, stream.head().bytes());
      SnapshotFile.Inspection found =
          SnapshotFile.save(new Pieces(stream), file, false, written -> requireRoom(file, 0));
      whole = true;
      return new GroupMXBean.Backup(
          file.toString(),
          Files.size(file),
          found.state().applied().number(),
          found.state().revision(),
          found.state().keyCount());
    } finally {
      if (!whole) {
        Files.deleteIfExists(SnapshotFile.partOf(file));
      }
    }
  }

  private SnapshotStream opened(GroupId group) {
    CompletionStage<SnapshotAnswer> asked = mesh.snapshot(group);
    SnapshotAnswer answer;
    try {
      answer = GroupOperations.await(asked);
    } catch (IllegalStateException e) {
      // The store keeps all that an open one shows.
      var unused = asked.thenAccept(Backup::letGo);
      throw e;
    }
    if (answer instanceof SnapshotAnswer.Refused refused) {
      throw new IllegalStateException(
          "Group %s: no snapshot: %s: %s"
              .formatted(group, refused.code().code(), refused.detail()));
    }
    return ((SnapshotAnswer.Opened) answer).stream();
  }

  private static void letGo(SnapshotAnswer late) {
    if (late instanceof SnapshotAnswer.Opened opened) {
      opened.stream().close();
    }
  }

  /**
   * By the newest picture, which is half a second old at most.
   *
   * @param bytes what is still to be written, about
   */
  private void requireRoom(Path file, long bytes) {
    long usable = mesh.pictures().latest().status().disk().usableBytes();
    if (usable >= 0 && usable - bytes < room) {
      throw new IllegalStateException(
          "No snapshot was written to %s: of %d bytes of room %d are to stay free (%s), and it takes about %d more; next: make room, or save it elsewhere with 'holdfast snapshot save'."
              .formatted(file, usable, room, WatchSettings.DISK_LOW.path(), bytes));
    }
  }

  /** A snapshot as the bytes of its pieces. */
  private static final class Pieces extends InputStream {
    private final SnapshotStream stream;
    private ByteString piece = ByteString.EMPTY;
    private int next;

    Pieces(SnapshotStream stream) {
      this.stream = stream;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (next == piece.size()) {
        Optional<ByteString> more = GroupOperations.await(stream.next());
        if (more.isEmpty()) {
          return -1;
        }
        piece = more.get();
        next = 0;
      }
      int count = Math.min(length, piece.size() - next);
      piece.substring(next, next + count).copyTo(bytes, offset);
      next += count;
      return count;
    }
  }
}
