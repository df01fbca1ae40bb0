package io.holdfast.mesh;

import io.holdfast.config.core.OutcomeCode;

/** Answers a question for the story of a write. */
public sealed interface StoryAnswer {

  /**
   * It is told, even where this node has seen nothing.
   *
   * @param story what this node knows
   */
  record Told(WriteStory story) implements StoryAnswer {}

  /**
   * It is not.
   *
   * @param code why
   * @param detail a sentence for a person
   */
  record Refused(OutcomeCode code, String detail) implements StoryAnswer {}
}
