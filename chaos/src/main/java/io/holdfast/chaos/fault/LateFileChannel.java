package io.holdfast.chaos.fault;

import io.holdfast.acceptor.store.DelegatingFileChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file on a {@link LateDisk}. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // as the channel that it delegates to
final class LateFileChannel extends DelegatingFileChannel {

  private final LateDisk.LateFile file;

  LateFileChannel(LateDisk.LateFile file) {
    super(file.durable());
    this.file = file;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    long position = position();
    int written = file.write(source, position);
    FileChannel unused = position(position + written);
    return written;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return file.write(source, position);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    long position = position();
    int read = file.read(target, position);
    if (read > 0) {
      FileChannel unused = position(position + read);
    }
    return read;
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return file.read(target, position);
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) {
    // It calls done what it will do.
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
