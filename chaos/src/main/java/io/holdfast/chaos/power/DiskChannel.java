package io.holdfast.chaos.power;

import io.holdfast.chaos.power.core.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import org.h2.store.fs.FileBase;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link PoweredDisk}, open; or a directory, which can only be synced. Locks are always
 * granted: a disk that was cut is used by one process, and H2 knows its own files by name.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the disk has a lock of its own
final class DiskChannel extends FileBase {

  private final PoweredDisk disk;
  private final @Nullable StoredFile file;
  private final String directory;
  private final boolean writes;
  private final boolean synced;
  private long position;

  private DiskChannel(
      PoweredDisk disk,
      @Nullable StoredFile file,
      String directory,
      boolean writes,
      boolean synced) {
    this.disk = disk;
    this.file = file;
    this.directory = directory;
    this.writes = writes;
    this.synced = synced;
  }

  /**
   * @param writes whether it may be written
   * @param synced whether each write is on the medium when it returns
   */
  static DiskChannel ofFile(PoweredDisk disk, StoredFile file, boolean writes, boolean synced) {
    return new DiskChannel(disk, file, "", writes, synced);
  }

  static DiskChannel ofDirectory(PoweredDisk disk, String name) {
    return new DiskChannel(disk, null, name, false, false);
  }

  private StoredFile file() {
    if (file == null) {
      throw new NonReadableChannelException();
    }
    return file;
  }

  private StoredFile writable() {
    if (!writes) {
      throw new NonWritableChannelException();
    }
    return file();
  }

  @Override
  public synchronized int read(ByteBuffer target) throws IOException {
    int read = read(target, position);
    position += Math.max(0, read);
    return read;
  }

  @Override
  public int read(ByteBuffer target, long from) throws IOException {
    byte[] bytes = new byte[target.remaining()];
    int read = disk.read(file(), from, bytes);
    target.put(bytes, 0, read);
    return read == 0 && bytes.length > 0 ? -1 : read;
  }

  @Override
  public synchronized int write(ByteBuffer source) throws IOException {
    int written = write(source, position);
    position += written;
    return written;
  }

  @Override
  public int write(ByteBuffer source, long at) throws IOException {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    disk.write(writable(), at, bytes, synced);
    return bytes.length;
  }

  @Override
  public synchronized long position() {
    return position;
  }

  @Override
  public synchronized FileChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    return disk.size(file());
  }

  @Override
  public synchronized FileChannel truncate(long size) throws IOException {
    disk.truncate(writable(), size);
    position = Math.min(position, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    if (file == null) {
      disk.syncDirectory(directory);
    } else {
      disk.sync(file);
    }
  }

  @Override
  public FileLock tryLock(long from, long length, boolean shared) {
    return new Granted(this, from, length, shared);
  }

  /** A lock that nobody contests. */
  private static final class Granted extends FileLock {

    Granted(FileChannel channel, long from, long length, boolean shared) {
      super(channel, from, length, shared);
    }

    @Override
    public boolean isValid() {
      return acquiredBy().isOpen();
    }

    @Override
    public void release() {
      // Nobody waits for it.
    }
  }
}
