package io.holdfast.quorum.core;

import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.BatchEntry.ConfigurationEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Proposals that wait for a slot, in order of arrival. */
final class WriteQueue {

  /**
   * A proposal that waits.
   *
   * @param untilNanos when it has waited for too long, in monotonic time
   */
  record Waiting(long token, BatchEntry entry, long untilNanos) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long bytes;

  void add(Waiting proposal) {
    waiting.add(proposal);
    bytes += proposal.entry().bytes().size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  long bytes() {
    return bytes;
  }

  /**
   * Takes what fits one batch. A change of configuration makes a batch of its own; so does an
   * oversized entry.
   */
  List<Waiting> takeBatch(CoordinatorLimits limits) {
    List<Waiting> batch = new ArrayList<>();
    long size = 0;
    while (!waiting.isEmpty() && batch.size() < limits.batchMaxCommands()) {
      Waiting next = waiting.peek();
      boolean alone = next.entry() instanceof ConfigurationEntry;
      size += next.entry().bytes().size();
      if (!batch.isEmpty() && (alone || size > limits.batchMaxBytes())) {
        break;
      }
      batch.add(waiting.remove());
      bytes -= next.entry().bytes().size();
      if (alone) {
        break;
      }
    }
    return batch;
  }

  /** Whether one of them will have waited for too long before {@code nanos}, in monotonic time. */
  boolean hasOneDueBefore(long nanos) {
    return waiting.stream().anyMatch(each -> nanos - each.untilNanos() > 0);
  }

  /** Takes those that have waited for too long, wherever they stand. */
  List<Waiting> takeOverdue(Now now) {
    List<Waiting> overdue = new ArrayList<>();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting next = all.next();
      if (now.isAfter(next.untilNanos())) {
        all.remove();
        bytes -= next.entry().bytes().size();
        overdue.add(next);
      }
    }
    return overdue;
  }

  List<Waiting> drain() {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    bytes = 0;
    return all;
  }
}
