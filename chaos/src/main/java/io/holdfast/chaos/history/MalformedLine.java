package io.holdfast.chaos.history;

/** Ends the reading of a text that is no history; it never leaves this package. */
final class MalformedLine extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  private final int line;
  private final String reason;

  MalformedLine(int line, String reason) {
    super(reason);
    this.line = line;
    String oneLine = reason.replaceAll("\\s+", " ");
    this.reason = oneLine.length() > SHOWN ? oneLine.substring(0, SHOWN) + "..." : oneLine;
  }

  int line() {
    return line;
  }

  String reason() {
    return reason;
  }
}
