package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Counts the writes of a channel that is open for synchronized writing, and seals H2's chunks. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // as the channel that it delegates to
class DurableFileChannel extends DelegatingFileChannel {

  private final SyncWriteCounter counter;

  DurableFileChannel(FileChannel channel, SyncWriteCounter counter) {
    super(channel);
    this.counter = counter;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return counted(super.write(source));
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    byte[] bytes = new byte[source.remaining()];
    source.duplicate().get(bytes);
    if (!ChunkSeal.seal(bytes)) {
      return counted(super.write(source, position));
    }
    ByteBuffer sealed = ByteBuffer.wrap(bytes);
    while (sealed.hasRemaining()) {
      super.write(sealed, position + sealed.position());
    }
    source.position(source.limit());
    return counted(bytes.length);
  }

  private int counted(int written) {
    counter.wrote(written);
    return written;
  }
}
