package io.holdfast.acceptor.store;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what reached the disk of one database synchronously. A write counts once the file system
 * has returned from it, so that a count that grew between a request and its acknowledgement proves
 * a durable write between them.
 */
public final class SyncWriteCounter {

  private final LongAdder writes = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  SyncWriteCounter() {}

  void wrote(long count) {
    bytes.add(count);
    writes.increment();
  }

  /** Completed synchronous writes since the process started. */
  public long writes() {
    return writes.sum();
  }

  /** Bytes in those writes. */
  public long bytes() {
    return bytes.sum();
  }
}
