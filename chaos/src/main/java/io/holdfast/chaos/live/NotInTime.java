package io.holdfast.chaos.live;

/** Something that was waited for did not happen; the message says what. */
public final class NotInTime extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What was waited for. */
  public NotInTime(String what) {
    super(what);
  }
}
