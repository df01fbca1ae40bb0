package io.holdfast.config.core;

import java.time.Duration;

/**
 * A setting that is a number: its full key, its unit and the range that is allowed. Reading
 * settings and building them by hand check the same bounds, in the same words.
 *
 * @param path the full key, such as {@code holdfast.coordinator.window}
 * @param unit what the number counts
 * @param min the smallest value allowed, in {@code unit}
 * @param max the largest value allowed, in {@code unit}
 */
public record NumberKey(String path, Unit unit, long min, long max) {

  /** What a number counts. */
  public enum Unit {
    /** Things. */
    COUNT,
    /** Bytes. */
    BYTES,
    /** Nanoseconds of a duration. */
    NANOS
  }

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  public NumberKey {
    if (min > max) {
      throw new IllegalArgumentException(path + ": min " + min + " is above max " + max);
    }
  }

  /** A setting that counts things. */
  public static NumberKey count(String path, long min, long max) {
    return new NumberKey(path, Unit.COUNT, min, max);
  }

  /** A setting in bytes. */
  public static NumberKey bytes(String path, long min, long max) {
    return new NumberKey(path, Unit.BYTES, min, max);
  }

  /** A duration, from 1 ms to 1 h: the range of nearly every duration here. */
  public static NumberKey duration(String path) {
    return new NumberKey(path, Unit.NANOS, SHORTEST.toNanos(), LONGEST.toNanos());
  }

  /** A duration of another range. */
  public static NumberKey duration(String path, Duration min, Duration max) {
    return new NumberKey(path, Unit.NANOS, min.toNanos(), max.toNanos());
  }

  /** Whether {@code value}, in this key's unit, lies in the range. */
  public boolean allows(long value) {
    return value >= min && value <= max;
  }

  /** The range in words: {@code 1 KiB to 16 MiB}. */
  public String allowed() {
    return render(min) + " to " + render(max);
  }

  /** {@code value} as one would write it in a settings file. */
  public String render(long value) {
    return switch (unit) {
      case COUNT -> Long.toString(value);
      case BYTES -> renderBytes(value);
      case NANOS -> renderNanos(value);
    };
  }

  /**
   * Refuses {@code value} outside the range.
   *
   * @throws IllegalArgumentException naming the key, the value and what is allowed
   */
  public void require(long value) {
    if (!allows(value)) {
      throw new IllegalArgumentException(
          path + " = " + render(value) + ": allowed is " + allowed());
    }
  }

  /**
   * Refuses {@code value} outside the range.
   *
   * @throws IllegalArgumentException naming the key, the value and what is allowed
   */
  public void require(Duration value) {
    require(value.toNanos());
  }

  private static String renderBytes(long value) {
    if (value != 0 && value % GIB == 0) {
      return value / GIB + " GiB";
    }
    if (value != 0 && value % MIB == 0) {
      return value / MIB + " MiB";
    }
    if (value != 0 && value % KIB == 0) {
      return value / KIB + " KiB";
    }
    return value + " B";
  }

  private static String renderNanos(long value) {
    Duration duration = Duration.ofNanos(value);
    if (value != 0 && value % Duration.ofHours(1).toNanos() == 0) {
      return duration.toHours() + "h";
    }
    if (value != 0 && value % Duration.ofSeconds(1).toNanos() == 0) {
      return duration.toSeconds() + "s";
    }
    if (value % Duration.ofMillis(1).toNanos() == 0) {
      return duration.toMillis() + "ms";
    }
    return value + "ns";
  }
}
