package io.holdfast.mesh.core;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many lines a log takes of what may happen any number of times a second: of each kind a burst,
 * then one line a second, and once a second how many were left out. A bound on the log, whatever
 * happens, that loses no count. For one thread at a time.
 */
public final class LineBudget {

  /** So many lines of a kind follow each other at once. */
  public static final int BURST = 20;

  private static final long SECOND = 1_000_000_000L;

  private final Map<String, Kind> kinds = new HashMap<>();

  private static final class Kind {
    /** Lines that may be written now, in nanoseconds of the second that one costs. */
    private long credit = BURST * SECOND;

    private long creditAtNanos;
    private long leftOut;
    private long leftOutSinceNanos;

    Kind(long nowNanos) {
      creditAtNanos = nowNanos;
    }
  }

  /** None of any kind has been written. */
  public LineBudget() {}

  /**
   * Whether a line is to be written now; it is counted as left out where not.
   *
   * @param kind one of a fixed few
   * @param nowNanos monotonic
   */
  public boolean take(String kind, long nowNanos) {
    Kind known = kinds.computeIfAbsent(kind, name -> new Kind(nowNanos));
    known.credit =
        Math.min(BURST * SECOND, known.credit + Math.max(0, nowNanos - known.creditAtNanos));
    known.creditAtNanos = nowNanos;
    if (known.credit >= SECOND) {
      known.credit -= SECOND;
      return true;
    }
    if (known.leftOut == 0) {
      known.leftOutSinceNanos = nowNanos;
    }
    known.leftOut++;
    return false;
  }

  /**
   * What was left out of each kind, for those kinds that have waited a second to have it told; it
   * is told now.
   *
   * @param nowNanos monotonic
   */
  public Map<String, Long> leftOut(long nowNanos) {
    Map<String, Long> told = new LinkedHashMap<>();
    kinds.forEach(
        (name, kind) -> {
          if (kind.leftOut > 0 && nowNanos - kind.leftOutSinceNanos >= SECOND) {
            told.put(name, kind.leftOut);
            kind.leftOut = 0;
          }
        });
    return told;
  }

  /** The same at once, for the end. */
  public Map<String, Long> leftOutUntilNow() {
    Map<String, Long> told = new LinkedHashMap<>();
    kinds.forEach(
        (name, kind) -> {
          if (kind.leftOut > 0) {
            told.put(name, kind.leftOut);
            kind.leftOut = 0;
          }
        });
    return told;
  }
}
