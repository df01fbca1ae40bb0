package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.SnapshotReception;
import io.holdfast.sync.core.StateHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A snapshot in a file, for backup, in the form of {@link SnapshotForm}. */
public final class SnapshotFile {

  /**
   * What stands in a file.
   *
   * @param header what the file says of the snapshot
   * @param state the state that it is of, without its records
   * @param changes how many changes it brings: keys, with their history
   * @param chunks how many chunks it has
   */
  public record Inspection(
      SnapshotFileHeader header, StateHeader state, long changes, long chunks) {}

  /** Where the bytes came from failed, or ended; what they were to be written to did not. */
  public static final class SourceFailed extends IOException {
    private static final long serialVersionUID = 1L;

    SourceFailed(IOException cause) {
      super(cause);
    }
  }

  private SnapshotFile() {}

  /** What a file is called until it is whole. */
  public static Path partOf(Path file) {
    Path target = file.toAbsolutePath();
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /**
   * Writes what a stream brings into a file. It has its name, durably, once all of it was checked,
   * as it came and once more as it was read back; until then it is {@link #partOf}, which stays
   * where this fails.
   *
   * @param stream what is saved; not closed here
   * @param replace whether a file of that name goes
   * @param written is told after each piece how many bytes are written
   * @return what stands in it
   * @throws FileAlreadyExistsException when there is a file of that name that is not to go
   * @throws SnapshotRefused when it is not what was sent, or not all of it
   * @throws SourceFailed when the stream fails
   * @throws IOException when the file cannot be written
   */
  public static Inspection save(
      InputStream stream, Path file, boolean replace, LongConsumer written) throws IOException {
    Path target = file.toAbsolutePath();
    requireFree(target, replace);
    Path part = partOf(target);
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      Inspector inspector = new Inspector();
      inspector.seen(SnapshotForm.read(new Copying(stream, channel, written), inspector));
      channel.force(true);
    }
    Inspection found = inspect(part);
    requireFree(target, replace);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DurableFilePath.syncDirectory(target);
    return found;
  }

  /**
   * That a file may be written.
   *
   * @throws FileAlreadyExistsException when there is one of that name that is not to go
   */
  public static void requireFree(Path file, boolean replace) throws FileAlreadyExistsException {
    if (!replace && !Files.notExists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  /** A stream that writes what is read from it. */
  private static final class Copying extends InputStream {
    private final InputStream from;
    private final OutputStream to;
    private final LongConsumer written;
    private long count;

    Copying(InputStream from, FileChannel to, LongConsumer written) {
      this.from = from;
      this.to = Channels.newOutputStream(to);
      this.written = written;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read;
      try {
        read = from.read(bytes, offset, length);
      } catch (IOException e) {
        throw new SourceFailed(e);
      }
      if (read > 0) {
        to.write(bytes, offset, read);
        count += read;
        written.accept(count);
      }
      return read;
    }
  }

  /**
   * Reads a whole file and checks all of it but that a store comes of it.
   *
   * @throws SnapshotRefused when it is not what was written; says what and where
   * @throws IOException when it cannot be read
   */
  public static Inspection inspect(Path file) throws IOException {
    Inspector inspector = new Inspector();
    return inspector.seen(read(file, inspector));
  }

  /** Follows the chunks of a file. */
  private static final class Inspector implements Consumer<ByteString> {
    private @Nullable SnapshotReception reception;
    private long chunks;

    @Override
    public void accept(ByteString chunk) {
      chunks++;
      if (reception == null) {
        reception = SnapshotReception.begin(chunk);
      } else {
        var unused = reception.take(chunk);
      }
    }

    Inspection seen(SnapshotFileHeader header) {
      if (reception == null || !reception.isWhole()) {
        throw new SnapshotRefused("its last chunk is not there");
      }
      SnapshotContent.Head head = reception.head();
      return new Inspection(header, head.state().header(), head.state().changeCount(), chunks);
    }
  }

  /**
   * Reads a file into a store that is being received, and finishes it.
   *
   * @throws SnapshotRefused when it is not what was written, or not for this group
   * @throws IOException when it cannot be read
   */
  public static SnapshotHead restore(Path file, SnapshotWriting into) throws IOException {
    SnapshotFileHeader unused = read(file, into::take);
    return into.finish();
  }

  private static SnapshotFileHeader read(Path file, Consumer<ByteString> chunks)
      throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return SnapshotForm.read(stream, chunks);
    }
  }
}
