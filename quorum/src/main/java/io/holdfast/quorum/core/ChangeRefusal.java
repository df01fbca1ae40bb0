package io.holdfast.quorum.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/**
 * Why a change of membership has no effect.
 *
 * @param code the stable reason
 * @param reason a sentence for operators: what is in the way, with numbers, and what to do
 */
public record ChangeRefusal(Code code, String reason) {

  /** The stable reasons. */
  public enum Code {
    /** An earlier change does not govern yet. */
    CHANGE_IN_PROGRESS("change_in_progress"),
    /** Another change was executed since this one was checked. */
    CONFIGURATION_CHANGED("configuration_changed"),
    /** It takes part already. */
    ALREADY_MEMBER("already_member"),
    /** Another incarnation of the same node has that place. */
    NAME_TAKEN("name_taken"),
    /** It does not take part. */
    NOT_A_MEMBER("not_a_member"),
    /** It is no learner, and only learners become voters. */
    NOT_A_LEARNER("not_a_learner"),
    /** Nobody would be left to vote. */
    LAST_MEMBER("last_member"),
    /** More than a group can have. */
    TOO_MANY_MEMBERS("too_many_members"),
    /** Such w and prepare quorum do not fit the members. */
    INVALID_QUORUM("invalid_quorum"),
    /** It has not learned yet what was chosen a moment ago, or is not heard. */
    NOT_CAUGHT_UP("not_caught_up"),
    /** Too few of those who would vote are heard. */
    WOULD_LOSE_QUORUM("would_lose_quorum"),
    /** The entry in the log is no change. */
    INVALID("invalid");

    private final String code;

    Code(String code) {
      this.code = code;
    }

    /** The stable lower-case name. */
    public String code() {
      return code;
    }

    /**
     * The code of that stable name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Code ofCode(String code) {
      for (Code candidate : values()) {
        if (candidate.code.equals(code)) {
          return candidate;
        }
      }
      throw new IllegalArgumentException("unknown refusal '" + code + "'");
    }
  }

  @FormatMethod
  static ChangeRefusal of(Code code, @FormatString String reason, Object... facts) {
    return new ChangeRefusal(code, String.format(reason, facts));
  }
}
