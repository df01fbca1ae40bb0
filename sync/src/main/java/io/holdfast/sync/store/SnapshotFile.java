package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.SnapshotHead;
import io.holdfast.sync.core.SnapshotReception;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.UnreadableBytes;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot in a file, for backup: a header, the chunks as they are sent, and an end mark. It
 * holds one chunk in memory.
 */
public final class SnapshotFile {

  private static final byte[] BEGIN = "HFSNAPS\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "HFSNEND\n".getBytes(StandardCharsets.US_ASCII);

  /** Longer frames are none: a chunk has one row that is larger than it should be, at most. */
  private static final int MAX_FRAME_BYTES = 16 << 20;

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

  private SnapshotFile() {}

  /**
   * Writes all that is left of a reading into a new file. The file has its name, durably, once it
   * is whole; until then it has the same with {@code .partial} after it.
   *
   * @return what it is of
   * @throws FileAlreadyExistsException when there is a file of that name
   * @throws IOException when the file cannot be written
   */
  public static SnapshotHead write(Path file, SnapshotFileHeader header, SnapshotReading reading)
      throws IOException {
    Path target = file.toAbsolutePath();
    if (!Files.notExists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeAll(channel, ByteBuffer.wrap(BEGIN));
      writeFrame(channel, header.encode());
      for (var chunk = reading.next(); chunk.isPresent(); chunk = reading.next()) {
        writeFrame(channel, chunk.get());
      }
      writeAll(channel, ByteBuffer.allocate(Integer.BYTES + END.length).putInt(0).put(END).flip());
      channel.force(true);
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    DurableFilePath.syncDirectory(target);
    return reading.head();
  }

  private static void writeFrame(FileChannel channel, ByteString bytes) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(2 * Integer.BYTES + bytes.size());
    frame.putInt(bytes.size()).putInt(checksum(bytes));
    bytes.copyTo(frame);
    writeAll(channel, frame.flip());
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static int checksum(ByteString bytes) {
    CRC32C crc = new CRC32C();
    bytes.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }

  /**
   * Reads a whole file and checks all of it but that a store comes of it.
   *
   * @throws SnapshotRefused when it is not what was written
   * @throws IOException when it cannot be read
   */
  public static Inspection inspect(Path file) throws IOException {
    Inspector inspector = new Inspector();
    SnapshotFileHeader header = read(file, inspector);
    return inspector.seen(header);
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

  /** What the file says of the snapshot; each chunk is given to {@code chunks} as it comes. */
  private static SnapshotFileHeader read(Path file, Consumer<ByteString> chunks)
      throws IOException {
    try (InputStream stream = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16))) {
      requireMark(in, BEGIN, "it does not begin as a snapshot's file does");
      SnapshotFileHeader header = SnapshotFileHeader.decode(frame(in, in.readInt()));
      for (int length = in.readInt(); length != 0; length = in.readInt()) {
        chunks.accept(frame(in, length));
      }
      requireMark(in, END, "it does not end as a snapshot's file does");
      if (in.read() >= 0) {
        throw new SnapshotRefused(file + ": there is more after its end");
      }
      return header;
    } catch (EOFException e) {
      throw new SnapshotRefused(file + ": it ends too early", e);
    } catch (UnreadableBytes e) {
      throw new SnapshotRefused(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireMark(DataInputStream in, byte[] mark, String otherwise)
      throws IOException {
    if (!Arrays.equals(in.readNBytes(mark.length), mark)) {
      throw new SnapshotRefused(otherwise);
    }
  }

  private static ByteString frame(DataInputStream in, int length) throws IOException {
    if (length < 1 || length > MAX_FRAME_BYTES) {
      throw new SnapshotRefused("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    int checksum = in.readInt();
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    ByteString frame = UnsafeByteOperations.unsafeWrap(bytes);
    if (checksum(frame) != checksum) {
      throw new SnapshotRefused("the checksum of a frame does not fit: it was damaged");
    }
    return frame;
  }
}
