package io.holdfast.quorum.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/**
 * Why a change of membership has no effect. Only the code is part of what replicas compute: of a
 * change that is refused at its place in the log, its caller is told the {@linkplain Code#sentence
 * sentence} of the code, so that neither a node's language nor its version is in a chain hash.
 *
 * @param code the stable reason
 * @param reason a sentence for operators: what is in the way, with numbers, and what to do
 */
public record ChangeRefusal(Code code, String reason) {

  /** The stable reasons. */
  public enum Code {
    /** An earlier change does not govern yet. */
    CHANGE_IN_PROGRESS("change_in_progress", "an earlier change does not govern yet: ask again"),
    /** Another change was executed since this one was checked. */
    CONFIGURATION_CHANGED(
        "configuration_changed",
        "another change was made since this one was checked: look at it and ask again"),
    /** It takes part already. */
    ALREADY_MEMBER("already_member", "it takes part already"),
    /** Another incarnation of the same node has that place. */
    NAME_TAKEN("name_taken", "another incarnation of the node takes part: replace that one"),
    /** It does not take part. */
    NOT_A_MEMBER("not_a_member", "it does not take part"),
    /** It is no learner, and only learners become voters. */
    NOT_A_LEARNER("not_a_learner", "it is no learner: add it first"),
    /** Nobody would be left to vote. */
    LAST_MEMBER("last_member", "it is the only voter: add and promote another first"),
    /** More than a group can have. */
    TOO_MANY_MEMBERS("too_many_members", "no more members are allowed"),
    /** Such w and prepare quorum do not fit the members. */
    INVALID_QUORUM("invalid_quorum", "such quorums do not fit the members"),
    /** It has not learned yet what was chosen a moment ago, or is not heard. */
    NOT_CAUGHT_UP("not_caught_up", "it has not learned what was chosen a moment ago"),
    /** Too few of those who would vote are heard. */
    WOULD_LOSE_QUORUM("would_lose_quorum", "too few of those who would vote are heard"),
    /** Nothing in its log takes effect any more. */
    GROUP_SEALED("group_sealed", "the group is being deleted"),
    /** The entry in the log is no change. */
    INVALID("invalid", "the entry in the log is no change of membership");

    private final String code;
    private final String sentence;

    Code(String code, String sentence) {
      this.code = code;
      this.sentence = sentence;
    }

    /** The stable lower-case name. */
    public String code() {
      return code;
    }

    /** What it means, without the numbers of a case. */
    public String sentence() {
      return sentence;
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
    return new ChangeRefusal(code, String.format(Locale.ROOT, reason, facts));
  }
}
