package io.holdfast.config.store;

import io.holdfast.config.store.DataDirectoryException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * That only one process, and only one user within it, has a data directory open.
 *
 * <p>The file lock alone is not enough within a process: on POSIX systems closing <em>any</em>
 * channel on a file releases every lock that the process holds on it, so a second open that is
 * refused would take the lock from the first. The directories held by this process are therefore
 * known by name, and a second open never touches the file.
 */
final class DirectoryLock implements AutoCloseable {

  private static final int PID_DIGITS = 20;
  private static final Set<Path> HELD = new HashSet<>();

  private final Path realPath;
  private final FileChannel channel;

  private DirectoryLock(Path realPath, FileChannel channel) {
    this.realPath = realPath;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param directory an existing directory
   * @param lockFile the file in it that carries the lock
   */
  static DirectoryLock take(Path directory, Path lockFile) throws DataDirectoryException {
    Path real;
    try {
      real = directory.toRealPath();
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory, e);
    }
    synchronized (HELD) {
      if (!HELD.add(real)) {
        throw locked(directory, "by this process");
      }
    }
    try {
      return new DirectoryLock(real, lockedChannel(directory, lockFile));
    } catch (IOException e) {
      release(real);
      throw SealedFile.writeFailed(lockFile, e);
    } catch (DataDirectoryException | RuntimeException e) {
      release(real);
      throw e;
    }
  }

  private static FileChannel lockedChannel(Path directory, Path lockFile)
      throws IOException, DataDirectoryException {
    FileChannel channel =
        FileChannel.open(
            lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw locked(directory, "by process " + holder(channel));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
      taken = true;
      return channel;
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  /** Lets go, so that the directory can be opened again. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      release(realPath);
    }
  }

  private static void release(Path realPath) {
    synchronized (HELD) {
      HELD.remove(realPath);
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(PID_DIGITS);
    channel.read(pid, 0);
    String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    return text.matches("[0-9]+") ? text : "unknown";
  }

  private static DataDirectoryException locked(Path directory, String holder) {
    return new DataDirectoryException(
        Kind.LOCKED,
        directory
            + " is in use "
            + holder
            + "; expected: one process per data directory; next: stop the other, or set another"
            + " holdfast.node.data-dir");
  }
}
