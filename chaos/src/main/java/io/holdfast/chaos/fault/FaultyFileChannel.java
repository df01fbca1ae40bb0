package io.holdfast.chaos.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBase;

/** A file whose changes the disk may refuse or delay; reads pass. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class FaultyFileChannel extends FileBase {

  private final FileChannel channel;
  private final Path file;
  private final DiskFaults disk;

  FaultyFileChannel(FileChannel channel, Path file, DiskFaults disk) {
    this.channel = channel;
    this.file = file;
    this.disk = disk;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    disk.beforeWrite(file);
    return channel.write(source);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    disk.beforeWrite(file);
    return channel.write(source, position);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    disk.beforeWrite(file);
    channel.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    disk.beforeWrite(file);
    channel.force(metaData);
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
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }
}
