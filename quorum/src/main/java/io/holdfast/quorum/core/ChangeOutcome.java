package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Slot;

/** What came of a change of membership at its place in the log; the same at every replica. */
public sealed interface ChangeOutcome {

  /**
   * It was made.
   *
   * @param number of the new configuration: the founders' has 0, each change one more
   * @param configuration the new one
   * @param effect the first slot that it governs
   */
  record Changed(long number, Configuration configuration, Slot effect) implements ChangeOutcome {}

  /** The group is sealed, by this or by an earlier one: from the next entry of the log on. */
  record Sealed() implements ChangeOutcome {}

  /**
   * It has no effect.
   *
   * @param refusal why
   */
  record Refused(ChangeRefusal refusal) implements ChangeOutcome {}
}
