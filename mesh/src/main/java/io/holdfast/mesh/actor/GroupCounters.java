package io.holdfast.mesh.actor;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.FailureStatus;
import io.holdfast.mesh.metrics.GroupMeters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a group's services count, for status as for metrics; written from any thread. */
final class GroupCounters {

  private final GroupMeters meters;

  /** Guarded by itself. */
  private final Deque<FailureStatus> failures = new ArrayDeque<>();

  GroupCounters(GroupMeters meters) {
    this.meters = meters;
  }

  void count(OutcomeCode code) {
    meters.ended(code);
  }

  /** A message that nobody waits for. */
  void countDropped() {
    meters.dropped(GroupMeters.Part.SERVICE);
  }

  /** What takes the time of each step. */
  GroupMeters meters() {
    return meters;
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
    for (OutcomeCode code : OutcomeCode.values()) {
      if (meters.endedSo(code) > 0) {
        counted.put(code.code(), meters.endedSo(code));
      }
    }
    return counted;
  }
}
