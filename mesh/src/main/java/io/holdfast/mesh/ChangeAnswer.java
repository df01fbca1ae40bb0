package io.holdfast.mesh;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.quorum.core.ChangeRefusal;
import java.time.Duration;
import java.util.Optional;

/** What whoever asks for a change of a group's members is told. */
public sealed interface ChangeAnswer {

  /**
   * It was made.
   *
   * @param configuration the number of the new configuration
   * @param governsFrom the first slot that it governs
   */
  record Changed(long configuration, long governsFrom) implements ChangeAnswer {}

  /** The group is sealed. */
  record Sealed() implements ChangeAnswer {}

  /**
   * It has no effect.
   *
   * @param refusal why, and what to do next
   */
  record Refused(ChangeRefusal refusal) implements ChangeAnswer {}

  /**
   * It was not decided, as far as is known here.
   *
   * @param code why; its {@link OutcomeCode#effect} says whether the change may have been made
   * @param detail a sentence for operators
   * @param retryAfter when asking again makes sense
   */
  record Undecided(OutcomeCode code, String detail, Optional<Duration> retryAfter)
      implements ChangeAnswer {}
}
