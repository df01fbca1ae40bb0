package io.holdfast.config.core.control;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a document writes a duration: a whole number and its unit. */
final class DurationText {

  /** As a regular expression, which other languages know too. */
  static final String PATTERN = "(0|[1-9][0-9]{0,11})(ms|s|m|h|d)";

  private static final Pattern VALID = Pattern.compile(PATTERN);

  private DurationText() {}

  /** The duration; empty for other text. */
  static Optional<Duration> parse(String text) {
    Matcher matcher = VALID.matcher(text);
    return matcher.matches()
        ? Optional.of(Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2))))
        : Optional.empty();
  }

  /** In the largest unit in which it is a whole number. */
  static String of(Duration duration) {
    for (String name : new String[] {"d", "h", "m", "s", "ms"}) {
      ChronoUnit unit = unit(name);
      long count = duration.dividedBy(unit.getDuration());
      if (unit.getDuration().multipliedBy(count).equals(duration)) {
        return count + name;
      }
    }
    return duration.toNanos() + "ns";
  }

  /** Refuses one outside a range, in words. */
  static void require(String name, Duration value, Duration min, Duration max) {
    if (!isWithin(value, min, max)) {
      throw new IllegalArgumentException(
          name + ": " + of(value) + ": allowed is " + allowed(min, max));
    }
  }

  static boolean isWithin(Duration value, Duration min, Duration max) {
    return value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
  }

  static String allowed(Duration min, Duration max) {
    return of(min) + " to " + of(max);
  }

  private static ChronoUnit unit(String name) {
    return switch (name) {
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      case "h" -> ChronoUnit.HOURS;
      default -> ChronoUnit.DAYS;
    };
  }
}
