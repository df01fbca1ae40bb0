package io.holdfast.config.core.control;

/** What becomes of an activation or an approval at its place in the log. */
public sealed interface ActivationOutcome {

  /**
   * It takes effect.
   *
   * @param after the state from there on
   */
  record Done(ControlState after) implements ActivationOutcome {}

  /**
   * Another epoch is active than the one that was looked at.
   *
   * @param current the active one
   */
  record Stale(ControlEpoch current) implements ActivationOutcome {}

  /**
   * It has no effect.
   *
   * @param code why
   * @param reason the same in words; not part of any hash
   */
  record Refused(Code code, String reason) implements ActivationOutcome {}

  /** Why an activation or an approval has no effect. */
  enum Code {
    /** What would come of it is not what whoever asked for it has looked at. */
    OTHER_SET("other_set"),
    /** What would come of it contradicts itself, or is too large. */
    INVALID_SET("invalid_set"),
    /** Too few of those whom the policy names have approved it. */
    NOT_APPROVED("not_approved"),
    /** Whoever approves is not among those whom the policy names. */
    NO_APPROVER("no_approver"),
    /** The members are being changed: it may be asked for again in a moment. */
    CHANGE_IN_PROGRESS("change_in_progress"),
    /** The group cannot have the w of its policy. */
    QUORUM_REFUSED("quorum_refused"),
    /**
     * A pool would have another scope, and numbers of it are given or excluded by the one it has.
     */
    POOL_IN_USE("pool_in_use");

    private final String code;

    Code(String code) {
      this.code = code;
    }

    /** The stable lower-case name. */
    public String code() {
      return code;
    }

    /** The constant of that name. */
    public static Code ofCode(String code) {
      for (Code candidate : values()) {
        if (candidate.code.equals(code)) {
          return candidate;
        }
      }
      throw new IllegalArgumentException("unknown code '" + code + "'");
    }
  }
}
