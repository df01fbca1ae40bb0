package io.holdfast.sync.core;

/** What became of a command at its slot; the same at every replica (DeterministicApply). */
public sealed interface CommandResult {

  /**
   * The command was executed, if only to find that its guard does not hold. Such a result is
   * recorded under the write id.
   */
  sealed interface Executed extends CommandResult {}

  /**
   * The state changed.
   *
   * @param revision the revision that the change took; a put's new modRevision
   * @param previousModRevision the key's modRevision before, 0 if it was absent
   */
  record Applied(long revision, long previousModRevision) implements Executed {}

  /**
   * There was nothing to delete.
   *
   * @param currentRevision the group's revision, which did not move
   */
  record Unchanged(long currentRevision) implements Executed {}

  /**
   * The key's modRevision is not the expected one.
   *
   * @param currentModRevision what it is, 0 if the key is absent
   */
  record CompareFailed(long currentModRevision) implements Executed {}

  /** The write id was used for another request. */
  record WriteIdConflict() implements CommandResult {}

  /** The write id is older than what this group remembers: whether it took effect is unknown. */
  record WriteIdExpired() implements CommandResult {}

  /** The entry is not a command. None is ever admitted like this; the log could still hold one. */
  record Invalid() implements CommandResult {}
}
