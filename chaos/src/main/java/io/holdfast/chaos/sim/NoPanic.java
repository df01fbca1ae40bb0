package io.holdfast.chaos.sim;

/** No core throws, whatever it is told and in whatever order. */
final class NoPanic {

  static final String NAME = "NoPanic";

  private static final int SHOWN_FRAMES = 6;

  private NoPanic() {}

  /** The exception and where it came from. */
  static String facts(RuntimeException bug) {
    StringBuilder text = new StringBuilder(bug.toString());
    StackTraceElement[] frames = bug.getStackTrace();
    for (int i = 0; i < Math.min(SHOWN_FRAMES, frames.length); i++) {
      text.append(" < ")
          .append(frames[i].getFileName())
          .append(':')
          .append(frames[i].getLineNumber());
    }
    return text.toString();
  }
}
