package io.holdfast.chaos.power;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Something that a power cut must not do, and did.
 *
 * @param kind what sort of thing
 * @param what the facts, in one line
 * @param trace where it was seen, for developers; may be empty
 */
public record Finding(Kind kind, String what, String trace) {

  /** What sort of thing a power cut did. */
  public enum Kind {
    /** Something that was acknowledged is not there. */
    LOST,
    /** Something is there that was never asked for, or not as it was asked for. */
    DAMAGED,
    /** The node does not start, or stops, with the power on. */
    STOPPED
  }

  static Finding lost(String what) {
    return new Finding(Kind.LOST, what, "");
  }

  static Finding damaged(String what) {
    return new Finding(Kind.DAMAGED, what, "");
  }

  static Finding stopped(NodeStopped stopped) {
    StringWriter trace = new StringWriter();
    stopped.printStackTrace(new PrintWriter(trace));
    return new Finding(Kind.STOPPED, String.valueOf(stopped.getMessage()), trace.toString());
  }
}
