package io.holdfast.chaos.report;

import java.time.Duration;
import java.util.Locale;

/** How the page writes numbers and times: the same everywhere, whatever machine writes it. */
final class Wording {

  /** What a cell shows of a text from the run; values may have a million characters. */
  private static final int LONGEST = 400;

  private Wording() {}

  /** A count, such as 12,034. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count and what is counted, such as "1 fault" and "2 faults". */
  static String count(long count, String one, String more) {
    return count(count) + " " + (count == 1 ? one : more);
  }

  /** How long something took: 412 ms, 3.42 s, 4 min 5 s. */
  static String length(Duration length) {
    if (length.toMillis() < 1000) {
      return length.toMillis() + " ms";
    }
    // Rounded down, so that 59.999 s are not 60.00 s.
    if (length.toSeconds() < 60) {
      return String.format(
          Locale.ROOT, "%d.%02d s", length.toSeconds(), length.toMillis() / 10 % 100);
    }
    long seconds = length.toSeconds() % 60;
    return count(length.toMinutes()) + " min" + (seconds == 0 ? "" : " " + seconds + " s");
  }

  /** When something was, since the run's beginning: minutes, seconds and tenths, such as 2:07.3. */
  static String at(Duration at) {
    long tenths = at.toMillis() / 100;
    return String.format(Locale.ROOT, "%d:%02d.%d", tenths / 600, tenths / 10 % 60, tenths % 10);
  }

  /** Milliseconds with three digits or so: 0.84, 12.3, 1,204. */
  static String millis(double millis) {
    String form = millis < 10 ? "%.2f" : millis < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, form, millis);
  }

  /** A rate per second: 0.4, 37, 1,204. */
  static String rate(double rate) {
    boolean small = rate < 10 && rate != Math.rint(rate);
    return String.format(Locale.ROOT, small ? "%.1f" : "%,.0f", rate);
  }

  /** A text from the run, cut where it is longer than anyone reads. */
  static String bounded(String text) {
    return bounded(text, LONGEST);
  }

  static String bounded(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = longest - 1;
    boolean within = Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, within ? end - 1 : end) + "…";
  }
}
