package io.holdfast.chaos.sim;

import java.util.Map;
import java.util.TreeMap;

/** Counts what happened in runs: a kind that never happens shows nothing. */
final class Coverage {

  static final String ELECTIONS = "elections";
  static final String CRASHES = "crashes";
  static final String PARTITIONS = "partitions";
  static final String ROTATIONS = "rotations";
  static final String INSTALLS = "installs";

  private final Map<String, Long> events = new TreeMap<>();
  private final Map<String, Long> verdicts = new TreeMap<>();

  void count(String kind) {
    events.merge(kind, 1L, Long::sum);
  }

  void verdict(String code) {
    verdicts.merge(code, 1L, Long::sum);
  }

  long of(String kind) {
    return events.getOrDefault(kind, 0L);
  }

  Map<String, Long> events() {
    return events;
  }

  /** What callers and coordinators concluded, by code. */
  Map<String, Long> verdicts() {
    return verdicts;
  }

  void add(Coverage other) {
    other.events.forEach((kind, count) -> events.merge(kind, count, Long::sum));
    other.verdicts.forEach((code, count) -> verdicts.merge(code, count, Long::sum));
  }
}
