package io.holdfast.chaos.sim;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came of many seeds.
 *
 * @param seeds how many ran
 * @param violations in how many a rule was broken
 * @param livenessFailures how many did not come to rest
 * @param seconds how long it took
 * @param virtualSeconds how long it took for the simulated meshes, added up
 * @param events how often what happened
 * @param verdicts how often who was told what
 * @param missing what never happened and should have: a range without it shows too little
 * @param failures the first of those that failed
 */
public record RangeResult(
    long seeds,
    long violations,
    long livenessFailures,
    double seconds,
    double virtualSeconds,
    Map<String, Long> events,
    Map<String, Long> verdicts,
    List<String> missing,
    List<FailedSeed> failures) {

  public RangeResult {
    events = new TreeMap<>(events);
    verdicts = new TreeMap<>(verdicts);
    missing = List.copyOf(missing);
    failures = List.copyOf(failures);
  }

  static RangeResult ofOne(
      SeedRange range, Optional<SeededFault> fault, SimResult ran, double seconds) {
    SeedRuns one = new SeedRuns(range, fault, done -> {});
    one.add(ran);
    return one.result(seconds);
  }

  /** Whether no seed failed and everything that should happen did. */
  public boolean ok() {
    return violations == 0 && livenessFailures == 0 && missing.isEmpty();
  }

  /** How often something happened. */
  public long count(String event) {
    return events.getOrDefault(event, 0L);
  }
}
