package io.holdfast.mesh;

/**
 * What came of a change of the directory.
 *
 * @param done whether it is so now
 * @param status the HTTP status that says the same
 * @param code {@code done}, or why not. Passing: {@code not_a_member} (this node holds no replica
 *     of group {@code meta}: ask others), {@code not_ready}, {@code no_leader}, {@code overloaded}.
 *     For good: {@code already_exists}, {@code unknown_group}, {@code unknown_node}, {@code
 *     invalid}, {@code still_alive}, {@code too_many_groups}, {@code not_deletable}, {@code
 *     deleting}. {@code outcome_unknown}: it may be so or not
 * @param detail a sentence for operators
 * @param version of the directory after it; 0 where nothing was done
 */
public record DirectoryAnswer(boolean done, int status, String code, String detail, long version) {

  /** It is so. */
  public static DirectoryAnswer done(String detail, long version) {
    return new DirectoryAnswer(true, 200, "done", detail, version);
  }

  /** It is not so, or nobody knows. */
  public static DirectoryAnswer refused(int status, String code, String detail) {
    return new DirectoryAnswer(false, status, code, detail, 0);
  }
}
