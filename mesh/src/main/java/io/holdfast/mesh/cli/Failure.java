package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.PostReply;

/**
 * Why a verb that works step by step did not get where it wanted.
 *
 * @param exit the exit status
 * @param code the stable reason
 * @param sentence why, and what to do
 */
record Failure(Exit exit, String code, String sentence) {

  private static final String UNREACHABLE = "unreachable";

  /** Nobody answers at all. */
  static Failure unreachable(NodeSurvey nodes) {
    return new Failure(Exit.UNREACHABLE, UNREACHABLE, nodes.nobody());
  }

  /** No node that answers has the group. */
  static Failure unknownGroup(GroupId group) {
    return new Failure(
        Exit.USAGE, OutcomeCode.UNKNOWN_GROUP.code(), MeshOptions.unknownGroup(group));
  }

  /** A node has refused, for good. */
  static Failure refused(PostReply reply) {
    boolean wrong = reply.status() == 400 || reply.code().equals(OutcomeCode.UNKNOWN_GROUP.code());
    return new Failure(
        wrong ? Exit.USAGE : Exit.REFUSED,
        reply.code(),
        (reply.code().isEmpty() ? "status " + reply.status() : reply.code())
            + ": "
            + reply.detail());
  }

  /** The same, of one thing among several. */
  Failure of(String what) {
    return new Failure(exit, code, what + ": " + sentence);
  }

  /**
   * Says so; the exit status.
   *
   * @param name of the verb, as it is run
   * @param more what else its JSON holds
   */
  int tell(Console console, MeshOptions mesh, String name, ObjectNode more) {
    if (code.equals(UNREACHABLE)) {
      return mesh.unreachable(console, sentence);
    }
    if (mesh.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", false)
              .put("status", exit.status())
              .put("code", code)
              .put("error", sentence);
      json.setAll(more);
      console.json(json);
    }
    return console.fail(exit, name + ": " + sentence);
  }
}
