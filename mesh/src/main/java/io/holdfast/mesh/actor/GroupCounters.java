package io.holdfast.mesh.actor;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.FailureStatus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What happened in a group on this node since start; written from any thread. */
final class GroupCounters {

  private final Map<OutcomeCode, LongAdder> outcomes = new EnumMap<>(OutcomeCode.class);

  /** Guarded by itself. */
  private final Deque<FailureStatus> failures = new ArrayDeque<>();

  final LongAdder droppedMessages = new LongAdder();
  final LongAdder drifts = new LongAdder();
  final LongAdder violations = new LongAdder();
  final AtomicLong largestSkewMillis = new AtomicLong();

  GroupCounters() {
    for (OutcomeCode code : OutcomeCode.values()) {
      outcomes.put(code, new LongAdder());
    }
  }

  void count(OutcomeCode code) {
    LongAdder adder = outcomes.get(code);
    if (adder != null) {
      adder.increment();
    }
  }

  /** Remembers a write whose quorum was not met. */
  void failed(FailureStatus failure) {
    synchronized (failures) {
      failures.addLast(failure);
      if (failures.size() > FailureStatus.MAX) {
        failures.removeFirst();
      }
    }
  }

  /** The last writes whose quorum was not met, the newest last. */
  List<FailureStatus> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  /** Outcomes that happened at all, by stable name. */
  Map<String, Long> outcomes() {
    Map<String, Long> counted = new TreeMap<>();
    outcomes.forEach(
        (code, count) -> {
          if (count.sum() > 0) {
            counted.put(code.code(), count.sum());
          }
        });
    return counted;
  }
}
