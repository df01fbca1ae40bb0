package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What the words of a reservation may look like; each refusal says what is allowed. */
public final class ReservationText {

  /** The longest path, in bytes of UTF-8. */
  public static final int MAX_PATH_BYTES = 1024;

  /** The longest tag, project, task and reason, in UTF-16 units: an emoji counts as two. */
  public static final int MAX_WORD_CHARACTERS = 128;

  private static final Pattern HOST = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?");
  private static final Pattern POOL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final int SHOWN = 40;

  private ReservationText() {}

  /** Refuses what no pool is called. */
  static void requirePool(String pool) {
    if (!POOL.matcher(pool).matches()) {
      throw refused(
          "pool",
          pool,
          "1 to 63 characters: a lower-case letter or digit, then those, '.', '_', '-'");
    }
  }

  /**
   * Refuses what no host is called. Names of hosts that differ by case alone are the same one's.
   */
  static void requireHost(String host) {
    if (!HOST.matcher(host).matches()) {
      throw refused(
          "host",
          host,
          "1 to 253 lower-case letters, digits, '.', '_' or '-', the first and last no sign");
    }
  }

  /** Refuses a path that is relative, has empty parts, "." or "..", or ends with a slash. */
  static void requirePath(String path) {
    boolean absolute = path.startsWith("/") && !hasControl(path);
    if (!absolute
        || path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES
        || (!path.equals("/") && hasOddPart(path))) {
      throw refused(
          "path",
          path,
          ("absolute ones of at most %d bytes, with '/' between parts and without '.', '..' and"
                  + " characters that are not seen")
              .formatted(MAX_PATH_BYTES));
    }
  }

  private static boolean hasOddPart(String path) {
    for (String part : path.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses a word that is too long, or has characters that would not be seen.
   *
   * @param whose what it is, in the words of the refusal
   */
  static void requireWord(String whose, String word) {
    if (word.length() > MAX_WORD_CHARACTERS || hasControl(word)) {
      throw refused(
          whose,
          word,
          "at most %d characters, none of which is not seen".formatted(MAX_WORD_CHARACTERS));
    }
  }

  /** Refuses what takes more than there may be. */
  static void requireAtMost(String whose, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(
          "%s: %d: allowed are at most %d".formatted(whose, count, most));
    }
  }

  /** Refuses a number that no pool has. */
  static void requireNumber(long value) {
    if (value < -Pool.MAX_NUMBER || value > Pool.MAX_NUMBER) {
      throw new IllegalArgumentException(
          "number %d: allowed are %d to %d".formatted(value, -Pool.MAX_NUMBER, Pool.MAX_NUMBER));
    }
  }

  private static boolean hasControl(String text) {
    // A surrogate without its other half has no UTF-8. What has no width, or turns the direction of
    // what follows, makes a terminal show another word than this one.
    return text.codePoints()
        .anyMatch(
            c ->
                Character.isISOControl(c) || isHalf(c) || Character.getType(c) == Character.FORMAT);
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static IllegalArgumentException refused(String whose, String given, String allowed) {
    String shown =
        given.codePointCount(0, given.length()) > SHOWN
            ? given.substring(0, given.offsetByCodePoints(0, SHOWN)) + "..."
            : given;
    return new IllegalArgumentException(
        "%s '%s': allowed are %s"
            .formatted(whose, shown.replaceAll("[\\p{Cc}\\p{Cf}]", "?"), allowed));
  }
}
