package io.holdfast.mesh.cli;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the nodes of a mesh say of who takes part in a group.
 *
 * @param group the group
 * @param nodes what each says of itself
 * @param seen what the one says who knows best; absent where no member answers
 */
record MembersSurvey(GroupId group, NodeSurvey nodes, Optional<MembersView> seen) {

  /**
   * Asks every node that has answered.
   *
   * @param wait for each answer
   */
  static MembersSurvey of(GroupId group, MeshClient client, NodeSurvey nodes, Duration wait) {
    List<CompletionStage<Optional<MembersView>>> asked = new ArrayList<>();
    for (NodeView node : nodes.answered()) {
      if (node.group(group.value()).isPresent()) {
        asked.add(client.members(node.endpoint(), group.value(), wait));
      }
    }
    List<MembersView> views = new ArrayList<>();
    asked.forEach(answer -> Answers.await(answer).ifPresent(views::add));
    return new MembersSurvey(group, nodes, best(views));
  }

  /** Whether all nodes that answer say that there is no such group: waiting does not help. */
  boolean isOfUnknownGroup(MeshClient client, Duration wait) {
    return seen.isEmpty() && nodes.deny(client, group.value(), wait);
  }

  /** Who leads knows; else who has seen the last change, and most of the log. */
  private static Optional<MembersView> best(List<MembersView> views) {
    return views.stream()
        .filter(MembersView::fromWithin)
        .max(
            Comparator.comparing((MembersView view) -> view.role().equals("leading"))
                .thenComparing(MembersView::newestNumber)
                .thenComparing(MembersView::chosen));
  }
}
