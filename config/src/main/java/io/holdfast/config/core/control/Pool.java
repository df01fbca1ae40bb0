package io.holdfast.config.core.control;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Numbers that may be reserved.
 *
 * @param name the pool's name
 * @param scope where a number is reserved once
 * @param first the smallest number, at least -{@link #MAX_NUMBER}
 * @param last the largest number, at most {@link #MAX_NUMBER}; at most {@link #MAX_VALUES} from the
 *     first
 * @param exclusions what lies between them and is never given away, at most {@link
 *     #MAX_EXCLUSIONS}; they may overlap
 * @param expiry how long a reservation lasts, 1 minute to 10 years of 365 days; absent for ever
 */
public record Pool(
    String name,
    Scope scope,
    long first,
    long last,
    List<Span> exclusions,
    Optional<Duration> expiry) {

  /** The most numbers of a pool. */
  public static final long MAX_VALUES = 10_000_000;

  /** The largest number that JSON keeps exactly everywhere (RFC 7493): 2^53 - 1. */
  public static final long MAX_NUMBER = 9_007_199_254_740_991L;

  /** The most exclusions of a pool. */
  public static final int MAX_EXCLUSIONS = 1000;

  static final Duration SHORTEST_EXPIRY = Duration.ofMinutes(1);
  static final Duration LONGEST_EXPIRY = Duration.ofDays(3650);

  public Pool {
    exclusions = List.copyOf(exclusions);
    NameRule.require("pool", name);
    requireOrder("pool " + name, first, last);
    if (last - first >= MAX_VALUES) {
      throw new IllegalArgumentException(
          "pool %s: %d to %d are %d numbers: allowed are at most %d"
              .formatted(name, first, last, last - first + 1, MAX_VALUES));
    }
    NameRule.requireAtMost("exclusions of pool " + name, exclusions.size(), MAX_EXCLUSIONS);
    for (Span span : exclusions) {
      if (span.first() < first || span.last() > last) {
        throw new IllegalArgumentException(
            "pool %s: exclusion %s: allowed are numbers from %d to %d"
                .formatted(name, span, first, last));
      }
    }
    expiry.ifPresent(each -> DurationText.require("expiry", each, SHORTEST_EXPIRY, LONGEST_EXPIRY));
  }

  private static void requireOrder(String whose, long first, long last) {
    if (first < -MAX_NUMBER || last > MAX_NUMBER || first > last) {
      throw new IllegalArgumentException(
          "%s: first %d, last %d: allowed are %d to %d, the first no larger than the last"
              .formatted(whose, first, last, -MAX_NUMBER, MAX_NUMBER));
    }
  }

  /** Where a number is reserved once. */
  public enum Scope {
    /** On each host by itself. */
    HOST,
    /** In the whole mesh. */
    MESH;

    /** All codes, for people. */
    static final String ALLOWED =
        Arrays.stream(values()).map(Scope::code).collect(Collectors.joining(", "));

    /** As documents have it. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The scope of that code. */
    public static Optional<Scope> ofCode(String code) {
      return Arrays.stream(values()).filter(scope -> scope.code().equals(code)).findFirst();
    }
  }

  /**
   * Numbers from one to another.
   *
   * @param first the smallest
   * @param last the largest
   */
  public record Span(long first, long last) {

    public Span {
      requireOrder("exclusion", first, last);
    }

    @Override
    public String toString() {
      return first == last ? Long.toString(first) : first + " to " + last;
    }
  }
}
