package io.holdfast.acceptor.store;

import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What a journal's writer has done since it was opened; for metrics. Safe to read at any time. */
public final class JournalCounters {

  private final LongAdder commits = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder commitNanos = new LongAdder();
  private final LongAdder ackNanos = new LongAdder();
  private final LongAccumulator maxAckNanos = new LongAccumulator(Math::max, 0);

  JournalCounters() {}

  void committed(long batchedWrites, long batchedEvents, long payloadBytes, long nanos) {
    commits.increment();
    writes.add(batchedWrites);
    events.add(batchedEvents);
    bytes.add(payloadBytes);
    commitNanos.add(nanos);
  }

  void acknowledged(long nanosSinceRequest) {
    ackNanos.add(nanosSinceRequest);
    maxAckNanos.accumulate(nanosSinceRequest);
  }

  /** Commits of events. {@code writes() / commits()} is how many write requests shared one. */
  public long commits() {
    return commits.sum();
  }

  /** Acknowledged write requests. */
  public long writes() {
    return writes.sum();
  }

  /** Events in them. */
  public long events() {
    return events.sum();
  }

  /** Bytes of the serialized events. */
  public long bytes() {
    return bytes.sum();
  }

  /** Time spent in inserting and committing, all commits together. */
  public Duration commitTime() {
    return Duration.ofNanos(commitNanos.sum());
  }

  /** Time from request to acknowledgement, all writes together: waiting included. */
  public Duration ackTime() {
    return Duration.ofNanos(ackNanos.sum());
  }

  /** The longest time from request to acknowledgement of a write. */
  public Duration maxAckTime() {
    return Duration.ofNanos(maxAckNanos.get());
  }
}
