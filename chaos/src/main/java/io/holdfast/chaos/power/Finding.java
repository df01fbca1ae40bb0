package io.holdfast.chaos.power;

/**
 * Something that a power cut must not do, and did.
 *
 * @param kind what sort of thing
 * @param what the facts, in one line
 */
public record Finding(Kind kind, String what) {

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
    return new Finding(Kind.LOST, what);
  }

  static Finding damaged(String what) {
    return new Finding(Kind.DAMAGED, what);
  }

  static Finding stopped(String what) {
    return new Finding(Kind.STOPPED, what);
  }
}
