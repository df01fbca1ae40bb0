package io.holdfast.acceptor.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/** A durable file system whose disk can be made to fail. */
public final class FailingFilePath extends DurableFilePath {

  /** While true, every write fails. */
  static final AtomicBoolean BROKEN = new AtomicBoolean();

  /** While true, every read fails. */
  static final AtomicBoolean UNREADABLE = new AtomicBoolean();

  /** For H2. */
  public FailingFilePath() {}

  @Override
  public String getScheme() {
    return "failing";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return new DurableFileChannel(super.open(mode), new SyncWriteCounter()) {
      @Override
      public int write(ByteBuffer source) throws IOException {
        check();
        return super.write(source);
      }

      @Override
      @SuppressWarnings("UnsynchronizedOverridesSynchronized")
      public int write(ByteBuffer source, long position) throws IOException {
        check();
        return super.write(source, position);
      }

      @Override
      @SuppressWarnings("UnsynchronizedOverridesSynchronized")
      public int read(ByteBuffer target, long position) throws IOException {
        if (UNREADABLE.get()) {
          throw new IOException("the disk is unreadable, as the test has it");
        }
        return super.read(target, position);
      }
    };
  }

  private static void check() throws IOException {
    if (BROKEN.get()) {
      throw new IOException("the disk is broken, as the test has it");
    }
  }
}
