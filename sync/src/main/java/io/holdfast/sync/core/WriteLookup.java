package io.holdfast.sync.core;

/** What is known about a write id. */
public sealed interface WriteLookup {

  /**
   * It was executed.
   *
   * @param outcome the recorded outcome, marked as a replay
   */
  record Recorded(CommandOutcome outcome) implements WriteLookup {}

  /** It was not executed up to the applied slot; it may still be. */
  record Unknown() implements WriteLookup {}

  /** Its record may have been dropped: whether it was executed is unknown for good. */
  record Expired() implements WriteLookup {}
}
