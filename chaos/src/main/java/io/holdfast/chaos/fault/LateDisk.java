package io.holdfast.chaos.fault;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A disk that calls done what it will do a while later ({@link
 * io.holdfast.config.core.NodeFlaw#ACK_BEFORE_DISK}). Writes wait in the memory of this process, of
 * all files in one queue, so that a process that is killed leaves each file as it was at one and
 * the same moment a while ago. Reads see what waits. Bounded; for any thread.
 */
final class LateDisk implements AutoCloseable {

  private static final long MOST_WAITING_BYTES = 64L * 1024 * 1024;

  private record Late(LateFile file, long position, ByteBuffer bytes, long dueNanos) {}

  private final Duration delay;
  private final LongAdder late = new LongAdder();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final ArrayDeque<Late> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long waitingBytes;

  @GuardedBy("lock")
  private @Nullable IOException failure;

  @GuardedBy("lock")
  private boolean closed;

  /**
   * @param delay how late everything is
   */
  LateDisk(Duration delay) {
    this.delay = delay;
    Thread thread = new Thread(this::run, "holdfast-late-disk");
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes that their callers were told of before they were done. */
  long late() {
    return late.sum();
  }

  /** A file whose writes are late; the channel becomes its own. */
  FileChannel open(FileChannel durable) throws IOException {
    return new LateFileChannel(new LateFile(durable));
  }

  /** One file. What is called here sees what waits as done. */
  final class LateFile {
    private final FileChannel durable;

    @GuardedBy("lock")
    private long size;

    private LateFile(FileChannel durable) throws IOException {
      this.durable = durable;
      this.size = durable.size();
    }

    FileChannel durable() {
      return durable;
    }

    long size() {
      synchronized (lock) {
        return size;
      }
    }

    /** Takes all of it. */
    int write(ByteBuffer source, long position) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(source.remaining());
      bytes.put(source).flip();
      int length = bytes.remaining();
      synchronized (lock) {
        while (waitingBytes > MOST_WAITING_BYTES) {
          doFirst();
        }
        waiting.add(new Late(this, position, bytes, System.nanoTime() + delay.toNanos()));
        waitingBytes += length;
        size = Math.max(size, position + length);
        late.increment();
        lock.notifyAll();
      }
      return length;
    }

    int read(ByteBuffer target, long position) throws IOException {
      synchronized (lock) {
        int length = (int) Math.min(target.remaining(), size - position);
        if (length <= 0) {
          return target.hasRemaining() ? -1 : 0;
        }
        ByteBuffer seen = ByteBuffer.allocate(length);
        int read = 0;
        while (read >= 0 && seen.hasRemaining()) {
          read = durable.read(seen, position + seen.position());
        }
        for (Late write : waiting) {
          if (write.file() == this) {
            overlay(write, seen, position);
          }
        }
        target.put(seen.array(), 0, length);
        return length;
      }
    }

    void truncate(long newSize) throws IOException {
      synchronized (lock) {
        doAll();
        durable.truncate(newSize);
        size = Math.min(size, newSize);
      }
    }

    void close() throws IOException {
      synchronized (lock) {
        doAll();
        durable.close();
      }
    }
  }

  private static void overlay(Late write, ByteBuffer seen, long position) {
    long from = Math.max(write.position(), position);
    long to = Math.min(write.position() + write.bytes().limit(), position + seen.capacity());
    if (from < to) {
      ByteBuffer unused =
          seen.put(
              (int) (from - position),
              write.bytes(),
              (int) (from - write.position()),
              (int) (to - from));
    }
  }

  private void run() {
    synchronized (lock) {
      while (!closed || !waiting.isEmpty()) {
        Late first = waiting.peek();
        long early = first == null ? Long.MAX_VALUE : first.dueNanos() - System.nanoTime();
        try {
          if (early > 0 && !closed) {
            TimeUnit.NANOSECONDS.timedWait(lock, early);
          } else {
            doFirst();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        } catch (IOException e) {
          failure = e; // whoever writes next is told
          waiting.clear();
          waitingBytes = 0;
        }
      }
    }
  }

  @GuardedBy("lock")
  private void doAll() throws IOException {
    while (!waiting.isEmpty()) {
      doFirst();
    }
    throwFailure();
  }

  @GuardedBy("lock")
  private void doFirst() throws IOException {
    throwFailure();
    Late first = waiting.peek();
    if (first == null) {
      return;
    }
    ByteBuffer left = first.bytes().duplicate();
    while (left.hasRemaining()) {
      int unused = first.file().durable.write(left, first.position() + left.position());
    }
    waiting.remove();
    waitingBytes -= first.bytes().limit();
  }

  @GuardedBy("lock")
  private void throwFailure() throws IOException {
    if (failure != null) {
      throw new IOException("what was written before is not on the disk", failure);
    }
  }

  /** Does what waits, and ends its thread. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
