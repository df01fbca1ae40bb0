package io.holdfast.mesh.cli;

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
 * @param nodes what each says of itself
 * @param seen what the one says who knows best; absent where no member answers
 */
record MembersSurvey(NodeSurvey nodes, Optional<MembersView> seen) {

  /**
   * Asks every node that can be found.
   *
   * @param wait for each answer
   */
  static MembersSurvey from(MeshClient client, MeshOptions mesh, Console console, Duration wait) {
    NodeSurvey nodes = NodeSurvey.from(client, mesh.endpoints(console), wait);
    String group = mesh.group().value();
    List<CompletionStage<Optional<MembersView>>> asked = new ArrayList<>();
    for (NodeView node : nodes.answered()) {
      if (node.group(group).isPresent()) {
        asked.add(client.members(node.endpoint(), group, wait));
      }
    }
    List<MembersView> views = new ArrayList<>();
    asked.forEach(answer -> Answers.await(answer).ifPresent(views::add));
    return new MembersSurvey(nodes, best(views));
  }

  /** Whether all nodes that answer say that there is no such group: waiting does not help. */
  boolean isOfUnknownGroup(MeshClient client, MeshOptions mesh) {
    return seen.isEmpty() && nodes.deny(client, mesh.group().value(), mesh.shortWait());
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
