package io.holdfast.mesh.core.health;

import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.Picture.Verdicts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the writes of each group ended on a node, step by step. */
final class VerdictHistory {

  private final Map<String, Deque<Verdicts>> points = new TreeMap<>();
  private Map<String, Map<String, Long>> totals = Map.of();
  private boolean begun;
  private long stepEndsNanos;

  /**
   * Closes a step where its time is over.
   *
   * @param nowMillis by the wall clock: when the step is said to have ended
   */
  void count(List<GroupStatus> groups, long nowNanos, long nowMillis) {
    boolean first = !begun;
    if (!first && nowNanos - stepEndsNanos < 0) {
      return;
    }
    begun = true;
    Map<String, Map<String, Long>> now = new HashMap<>();
    for (GroupStatus group : groups) {
      now.put(group.group(), group.verdicts());
      if (!first) {
        add(group.group(), new Verdicts(nowMillis, since(group)));
      }
    }
    points.keySet().retainAll(now.keySet());
    totals = now;
    stepEndsNanos = nowNanos + Picture.HISTORY_STEP_MILLIS * 1_000_000;
  }

  private Map<String, Long> since(GroupStatus group) {
    Map<String, Long> earlier = totals.getOrDefault(group.group(), Map.of());
    Map<String, Long> counts = new HashMap<>();
    group
        .verdicts()
        .forEach(
            (code, count) -> {
              long more = count - earlier.getOrDefault(code, 0L);
              if (more > 0) {
                counts.put(code, more);
              }
            });
    return counts;
  }

  private void add(String group, Verdicts point) {
    Deque<Verdicts> of = points.computeIfAbsent(group, name -> new ArrayDeque<>());
    of.addLast(point);
    if (of.size() > Picture.MAX_HISTORY) {
      of.removeFirst();
    }
  }

  Map<String, List<Verdicts>> all() {
    Map<String, List<Verdicts>> copy = new TreeMap<>();
    points.forEach((group, of) -> copy.put(group, List.copyOf(of)));
    return copy;
  }
}
