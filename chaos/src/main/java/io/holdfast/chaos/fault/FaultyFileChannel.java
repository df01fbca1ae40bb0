package io.holdfast.chaos.fault;

import io.holdfast.acceptor.store.DelegatingFileChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file whose changes the disk may refuse, delay or have no room for; reads pass. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // as the channel that it delegates to
final class FaultyFileChannel extends DelegatingFileChannel {

  private final Path file;
  private final DiskFaults disk;

  FaultyFileChannel(FileChannel channel, Path file, DiskFaults disk) {
    super(channel);
    this.file = file;
    this.disk = disk;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int whole = source.limit();
    source.limit(source.position() + room(source, position()));
    try {
      return super.write(source);
    } finally {
      source.limit(whole);
    }
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    int whole = source.limit();
    source.limit(source.position() + room(source, position));
    try {
      return super.write(source, position);
    } finally {
      source.limit(whole);
    }
  }

  private int room(ByteBuffer source, long position) throws IOException {
    return disk.room(file, size(), position, source.remaining());
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    disk.beforeWrite(file);
    return super.truncate(size);
  }

  @Override
  public void force(boolean metaData) throws IOException {
    disk.beforeWrite(file);
    super.force(metaData);
  }
}
