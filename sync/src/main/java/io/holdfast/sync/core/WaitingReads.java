package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Reads that wait for their slot to be applied: a bounded number, each for a bounded time. */
final class WaitingReads {

  /** A read; {@code done} once it was answered or refused. */
  static final class Read {
    final ReplicaInput input;
    final long token;
    final Slot readIndex;
    final long deadlineNanos;
    private final long arrival;
    private boolean done;

    Read(ReplicaInput input, long token, Slot readIndex, long deadlineNanos, long arrival) {
      this.input = input;
      this.token = token;
      this.readIndex = readIndex;
      this.deadlineNanos = deadlineNanos;
      this.arrival = arrival;
    }
  }

  private final ReplicaSettings settings;
  private final PriorityQueue<Read> byIndex =
      new PriorityQueue<>(
          Comparator.<Read>comparingLong(read -> read.readIndex.number())
              .thenComparingLong(read -> read.arrival));
  // All wait equally long, so the order of arrival is the order of deadlines.
  private final ArrayDeque<Read> byArrival = new ArrayDeque<>();
  private long arrivals;
  private int waiting;

  WaitingReads(ReplicaSettings settings) {
    this.settings = settings;
  }

  /** Lets a read wait; false when too many wait already. */
  boolean add(ReplicaInput input, long token, Slot readIndex, Now now) {
    if (waiting >= settings.maxWaitingReads()) {
      return false;
    }
    Read read =
        new Read(input, token, readIndex, now.nanosAfter(settings.maxReadWait()), arrivals++);
    byIndex.add(read);
    byArrival.addLast(read);
    waiting++;
    return true;
  }

  /** Takes the next read whose slot is applied, lowest slot first. */
  Optional<Read> takeReady(Slot applied) {
    while (!byIndex.isEmpty() && byIndex.peek().readIndex.isAtMost(applied)) {
      Read read = byIndex.poll();
      if (!read.done) {
        finish(read);
        return Optional.of(read);
      }
    }
    return Optional.empty();
  }

  /** Takes the reads that have waited too long. */
  List<Read> takeExpired(Now now) {
    List<Read> expired = new ArrayList<>();
    while (!byArrival.isEmpty()
        && (byArrival.peekFirst().done || now.isAfter(byArrival.peekFirst().deadlineNanos))) {
      Read read = byArrival.removeFirst();
      if (!read.done) {
        finish(read);
        byIndex.remove(read);
        expired.add(read);
      }
    }
    return expired;
  }

  /** Takes all of them. */
  List<Read> takeAll() {
    List<Read> all = new ArrayList<>();
    for (Read read : byArrival) {
      if (!read.done) {
        finish(read);
        all.add(read);
      }
    }
    byArrival.clear();
    byIndex.clear();
    return all;
  }

  private void finish(Read read) {
    read.done = true;
    waiting--;
  }
}
