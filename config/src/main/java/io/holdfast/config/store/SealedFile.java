package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.store.DataDirectoryException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A small file that is whole or refused: it is replaced as one step, and every byte of it is under
 * a checksum.
 *
 * <pre>
 *   8 bytes   magic, names the content
 *   4 bytes   version, big endian, from 1
 *   4 bytes   length of the body, big endian
 *   n bytes   body, protobuf
 *  32 bytes   SHA-256 of all the above
 * </pre>
 *
 * Later versions keep magic, version and trailer, so that an older program can say "newer".
 */
public final class SealedFile {

  /** Bytes read at most: far above any content, so that a wrong file does not fill the memory. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAGIC_BYTES = 8;
  private static final int HEADER_BYTES = MAGIC_BYTES + Integer.BYTES + Integer.BYTES;
  private static final int CHECKSUM_BYTES = 32;

  private final Path path;
  private final byte[] magic;
  private final int version;

  /**
   * @param path the file
   * @param magic eight ASCII characters
   * @param version the version written, and the highest one read
   */
  public SealedFile(Path path, String magic, int version) {
    this.path = path;
    this.magic = magic.getBytes(StandardCharsets.US_ASCII);
    this.version = version;
  }

  Path path() {
    return path;
  }

  /** Where a new content is written before it takes the file's place. */
  Path temporary() {
    return path.resolveSibling(path.getFileName() + ".tmp");
  }

  /** Whether it is there. */
  public boolean exists() {
    return Files.exists(path);
  }

  /** What a reader makes of the checked body. */
  public interface Body<T> {
    /** Reads the body. */
    T read(ByteString body) throws InvalidProtocolBufferException;
  }

  /**
   * Reads the body.
   *
   * @throws DataDirectoryException DAMAGED if it is not exactly what was written, or newer; IO if
   *     it cannot be read
   */
  public <T> T read(Body<T> reader) throws DataDirectoryException {
    byte[] bytes = readAll();
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) {
      throw damaged(
          "has " + bytes.length + " bytes",
          "at least " + (HEADER_BYTES + CHECKSUM_BYTES) + " bytes",
          null);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte[] foundMagic = new byte[MAGIC_BYTES];
    buffer.get(foundMagic);
    if (!MessageDigest.isEqual(foundMagic, magic)) {
      throw damaged("starts with other bytes", new String(magic, StandardCharsets.US_ASCII), null);
    }
    int foundVersion = buffer.getInt();
    int length = buffer.getInt();
    byte[] trailer = new byte[CHECKSUM_BYTES];
    buffer.position(bytes.length - CHECKSUM_BYTES).get(trailer);
    if (!MessageDigest.isEqual(checksum(bytes, bytes.length - CHECKSUM_BYTES), trailer)) {
      throw damaged("does not match its checksum", "the bytes that were written", null);
    }
    if (foundVersion > version) {
      throw damaged(
          "has version " + foundVersion + ", made by a newer release",
          "version 1 to " + version,
          null);
    }
    if (foundVersion < 1 || length != bytes.length - HEADER_BYTES - CHECKSUM_BYTES) {
      throw damaged("has version " + foundVersion + " and length " + length, "its own", null);
    }
    try {
      return reader.read(ByteString.copyFrom(bytes, HEADER_BYTES, length));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw damaged("has values that make no sense (" + e.getMessage() + ")", "valid ones", e);
    }
  }

  /**
   * Replaces the content. When this returns, the new content is on disk, under the file's name;
   * until then, and if it throws, the old one is.
   */
  public void write(ByteString body) throws DataDirectoryException {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + body.size() + CHECKSUM_BYTES);
    buffer.put(magic).putInt(version).putInt(body.size());
    body.copyTo(buffer);
    buffer.put(checksum(buffer.array(), buffer.position())).flip();
    if (buffer.limit() > MAX_BYTES) {
      throw new IllegalArgumentException(path + " would have " + buffer.limit() + " bytes");
    }
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary(),
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(
          temporary(), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        syncDirectory(directory);
      }
    } catch (IOException e) {
      throw writeFailed(path, e);
    }
  }

  /** Takes the file away; when this returns, it stays away. Nothing where there is none. */
  public void remove() throws DataDirectoryException {
    try {
      Path directory = path.toAbsolutePath().getParent();
      if (Files.deleteIfExists(path) && directory != null) {
        syncDirectory(directory);
      }
    } catch (IOException e) {
      throw writeFailed(path, e);
    }
  }

  /** Makes names that were created or moved in {@code directory} survive a power cut. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A failed write in the words of this package. */
  static DataDirectoryException writeFailed(Path path, IOException e) {
    if (isReadOnly(e)) {
      return new DataDirectoryException(
          Kind.READ_ONLY,
          path
              + " cannot be written ("
              + describe(e)
              + "); expected: a directory that this user may write; next: change its owner or"
              + " permissions, remount it, or set holdfast.node.data-dir",
          e);
    }
    return new DataDirectoryException(
        Kind.IO,
        path
            + " could not be written ("
            + describe(e)
            + "); expected: a disk that takes writes; next: check the disk and its free space",
        e);
  }

  static String describe(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static boolean isReadOnly(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e instanceof AccessDeniedException
        || e.getCause() instanceof ReadOnlyFileSystemException
        || message.contains("read-only file system");
  }

  private byte[] readAll() throws DataDirectoryException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > MAX_BYTES) {
        throw damaged("has " + size + " bytes", "at most " + MAX_BYTES + " bytes", null);
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      int read = 0;
      while (read >= 0 && buffer.hasRemaining()) {
        read = channel.read(buffer);
      }
      return Arrays.copyOf(buffer.array(), buffer.position());
    } catch (IOException e) {
      throw new DataDirectoryException(
          Kind.IO,
          path
              + " could not be read ("
              + describe(e)
              + "); expected: a readable file; next: check the disk and the permissions",
          e);
    }
  }

  private DataDirectoryException damaged(String found, String expected, @Nullable Exception cause) {
    return new DataDirectoryException(
        Kind.DAMAGED,
        path
            + " "
            + found
            + "; expected: "
            + expected
            + "; next: restore the directory from the newest copy, or replace the node",
        cause);
  }

  private static byte[] checksum(byte[] bytes, int length) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(bytes, 0, length);
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
