package io.holdfast.chaos.sim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The readable transcript of a run, line by line, and its hash: equal for equal seeds and builds. A
 * run without one is faster.
 */
final class Trace {

  private final @Nullable Consumer<String> lines;
  private final @Nullable MessageDigest hash;

  private Trace(@Nullable Consumer<String> lines, @Nullable MessageDigest hash) {
    this.lines = lines;
    this.hash = hash;
  }

  static Trace off() {
    return new Trace(null, null);
  }

  static Trace to(Consumer<String> lines) {
    try {
      return new Trace(lines, MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  boolean on() {
    return lines != null;
  }

  /** Writes a line; call it only while {@link #on()}, for the sake of speed. */
  void line(long nanos, String who, String what) {
    if (lines != null && hash != null) {
      String line =
          String.format(
              Locale.ROOT,
              "%4d.%06d %-3s %s",
              nanos / VirtualTime.SECOND,
              nanos % VirtualTime.SECOND / VirtualTime.MICRO,
              who,
              what);
      hash.update(line.getBytes(StandardCharsets.UTF_8));
      hash.update((byte) '\n');
      lines.accept(line);
    }
  }

  /** SHA-256 of the lines so far, in hexadecimal; empty for a run without a transcript. */
  String hash() {
    return hash == null ? "" : HexFormat.of().formatHex(hash.digest());
  }
}
