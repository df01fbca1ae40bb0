package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers a question for the story of a write as all members of its group saw it. */
public sealed interface StoriesAnswer {

  /**
   * What the members said.
   *
   * @param members who takes part
   * @param stories what those who told it have seen
   * @param refusals why others do not tell it: a sentence for a person; who is in neither was
   *     silent
   */
  record Told(Set<NodeId> members, List<WriteStory> stories, Map<NodeId, String> refusals)
      implements StoriesAnswer {
    public Told {
      members = Set.copyOf(members);
      stories = List.copyOf(stories);
      refusals = Map.copyOf(refusals);
    }
  }

  /**
   * It is not told.
   *
   * @param code why
   * @param detail a sentence for a person
   */
  record Refused(OutcomeCode code, String detail) implements StoriesAnswer {}
}
