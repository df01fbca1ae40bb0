package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.sync.core.SnapshotFileHeader;
import io.holdfast.sync.core.UnreadableBytes;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot that is kept outside a mesh, in a file or on the way to one: a mark that
 * begins it; the header; the chunks as members send them to each other; a mark that ends it. Header
 * and chunks are frames: length, CRC-32C, bytes.
 */
public final class SnapshotForm {

  private static final byte[] BEGIN = "HFSNAPS\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "HFSNEND\n".getBytes(StandardCharsets.US_ASCII);

  /** Longer frames are none: a chunk has one row that is larger than it should be, at most. */
  private static final int MAX_FRAME_BYTES = 16 << 20;

  private SnapshotForm() {}

  /** What comes before the chunks. */
  public static ByteString begin(SnapshotFileHeader header) {
    return UnsafeByteOperations.unsafeWrap(BEGIN).concat(frame(header.encode()));
  }

  /** A chunk. */
  public static ByteString frame(ByteString chunk) {
    ByteBuffer before = ByteBuffer.allocate(2 * Integer.BYTES);
    before.putInt(chunk.size()).putInt(checksum(chunk)).flip();
    return UnsafeByteOperations.unsafeWrap(before).concat(chunk);
  }

  /** What comes after the chunks. */
  public static ByteString end() {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + END.length);
    return UnsafeByteOperations.unsafeWrap(bytes.putInt(0).put(END).flip());
  }

  private static int checksum(ByteString bytes) {
    CRC32C crc = new CRC32C();
    bytes.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }

  /**
   * Reads all of it, up to the end of the stream. It holds one chunk in memory.
   *
   * @param chunks is given each chunk as it comes; may refuse it with a {@link SnapshotRefused} or
   *     {@link UnreadableBytes}
   * @return the header
   * @throws SnapshotRefused when it is not what was written; says at which byte
   * @throws IOException the stream's own
   */
  public static SnapshotFileHeader read(InputStream stream, Consumer<ByteString> chunks)
      throws IOException {
    Place place = new Place();
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16))) {
      place.at("its first bytes");
      requireMark(in, BEGIN, "it does not begin as a snapshot's file does");
      place.passed(BEGIN.length);
      place.at("its header");
      SnapshotFileHeader header = SnapshotFileHeader.decode(frame(in, in.readInt(), place));
      place.at("chunk 0");
      long chunk = 0;
      for (int length = in.readInt(); length != 0; length = in.readInt()) {
        chunks.accept(frame(in, length, place));
        chunk++;
        place.at("chunk " + chunk);
      }
      place.at("its last bytes");
      requireMark(in, END, "it does not end as a snapshot's file does");
      if (in.read() >= 0) {
        throw new SnapshotRefused("there is more after its end");
      }
      return header;
    } catch (EOFException e) {
      throw new SnapshotRefused(place + ": it ends too early", e);
    } catch (UnreadableBytes e) {
      throw new SnapshotRefused(place + ": " + e.getMessage(), e);
    }
  }

  private static void requireMark(DataInputStream in, byte[] mark, String otherwise)
      throws IOException {
    byte[] found = in.readNBytes(mark.length);
    if (!Arrays.equals(found, mark)) {
      throw new SnapshotRefused(found.length < mark.length ? "it ends too early" : otherwise);
    }
  }

  private static ByteString frame(DataInputStream in, int length, Place place) throws IOException {
    if (length < 1 || length > MAX_FRAME_BYTES) {
      throw new SnapshotRefused(
          place + ": a length of " + Integer.toUnsignedString(length) + " bytes");
    }
    int checksum = in.readInt();
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    ByteString frame = UnsafeByteOperations.unsafeWrap(bytes);
    if (checksum(frame) != checksum) {
      throw new SnapshotRefused(place + ": its checksum does not fit: it was damaged");
    }
    place.passed(2L * Integer.BYTES + length);
    return frame;
  }

  /** Where a reader is, for saying what is broken. */
  private static final class Place {
    private String part = "";
    private long offset;
    private long partOffset;

    void at(String next) {
      part = next;
      partOffset = offset;
    }

    void passed(long bytes) {
      offset += bytes;
    }

    @Override
    public String toString() {
      return part + ", at byte " + partOffset;
    }
  }
}
