package io.holdfast.quorum.core;

/** What a caller is told about the acknowledgements of a write (protocol, section 3). */
public sealed interface Verdict {

  /** Who acknowledged, at the time of the verdict. */
  AckReport acks();

  /** Whether the verdict will never change. */
  default boolean isFinal() {
    return !(this instanceof InFlight);
  }

  /** The local acceptance and at least w - 1 others came in time. */
  record Met(AckReport acks) implements Verdict {}

  /** Not yet, and the deadline has not passed; not a failure. */
  record InFlight(AckReport acks) implements Verdict {}

  /** The local disk failed or may have failed; the node stops. */
  record LocalWriteFailed(AckReport acks) implements Verdict {}

  /**
   * The deadline passed without enough acknowledgements. Says nothing about the future: the slot
   * may still be chosen.
   *
   * @param reason why
   * @param acks who answered
   */
  record NotMet(Reason reason, AckReport acks) implements Verdict {}

  /** Why a quorum was not met. */
  enum Reason {
    /** No other member answered at all. */
    UNREACHABLE("unreachable"),
    /** Enough members hold something, but what some hold differs from ours. */
    ID_DRIFT("id_drift"),
    /** Some answered, too few acknowledged. */
    TIMEOUT("timeout");

    private final String code;

    Reason(String code) {
      this.code = code;
    }

    /** The stable lower-case name, as in metrics and problem documents. */
    public String code() {
      return code;
    }
  }
}
