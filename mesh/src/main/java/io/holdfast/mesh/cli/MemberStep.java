package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What a verb that changes members does next, seeing how things are. */
sealed interface MemberStep {

  /**
   * What was wanted is so.
   *
   * @param sentence what is so, for a person; may be empty where somebody has left
   * @param left who takes part in the group no more, and left nothing in it that is needed
   */
  record Done(String sentence, Optional<MemberGoal.Named> left) implements MemberStep {
    Done(String sentence) {
      this(sentence, Optional.empty());
    }
  }

  /**
   * Have the leader change who takes part.
   *
   * @param change what {@code POST /v1/groups/{group}/members} takes
   */
  record Ask(ObjectNode change) implements MemberStep {}

  /**
   * Have a node hold a replica of the group.
   *
   * @param node its name
   */
  record Host(String node) implements MemberStep {}

  /**
   * Look again soon.
   *
   * @param what is waited for
   */
  record Wait(String what) implements MemberStep {}

  /**
   * It cannot be.
   *
   * @param code the stable reason
   * @param sentence why, and what to do
   */
  record Refuse(String code, String sentence) implements MemberStep {}
}
