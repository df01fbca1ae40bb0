package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBase;

/**
 * Counts the writes of a channel that is open for synchronized writing. Positional reads and writes
 * take no lock, unlike the base class's: the channel below is thread-safe, and a read must not wait
 * for the disk behind a write.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
class DurableFileChannel extends FileBase {

  private final FileChannel channel;
  private final SyncWriteCounter counter;

  DurableFileChannel(FileChannel channel, SyncWriteCounter counter) {
    this.channel = channel;
    this.counter = counter;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return counted(channel.write(source));
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return counted(channel.write(source, position));
  }

  private int counted(int written) {
    counter.wrote(written);
    return written;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    channel.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    channel.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    channel.force(metaData);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }
}
