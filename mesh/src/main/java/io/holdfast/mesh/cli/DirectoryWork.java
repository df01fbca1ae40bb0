package io.holdfast.mesh.cli;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.DirectoryView;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.client.PostReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/**
 * Has the mesh's directory changed by whichever node can: those that hold a replica of group {@code
 * meta}. Asks one after the other, again and again, until one has done it or refuses it for good.
 */
final class DirectoryWork {

  /** A node that was stopped a moment ago still counts as alive. */
  private static final String STILL_ALIVE = "still_alive";

  private static final Duration ALIVE_FOR = Duration.ofSeconds(20);

  private final MeshClient client;
  private final MeshOptions mesh;
  private final List<MeshEndpoint> endpoints;
  private final Waiting waiting;
  private boolean asked;
  private boolean maybeDone;

  DirectoryWork(
      MeshClient client, MeshOptions mesh, List<MeshEndpoint> endpoints, Waiting waiting) {
    this.client = client;
    this.mesh = mesh;
    this.endpoints = endpoints;
    this.waiting = waiting;
  }

  /** One request for a change, at one front door. */
  interface Request {
    CompletionStage<PostReply> at(MeshEndpoint door);
  }

  /** What came of a request for a change. */
  sealed interface Decided {}

  /** A node has done it, or refuses it for good. */
  record Answered(PostReply reply) implements Decided {}

  /** Nobody has decided it. */
  record Undecided(Failure failure) implements Decided {}

  /**
   * Asks until somebody decides, or the bound is over.
   *
   * @param passing a refusal that passes by itself, beyond those that always do; may be empty
   */
  Decided decide(Request request, String passing) {
    while (true) {
      NodeSurvey nodes = NodeSurvey.from(client, endpoints, mesh.shortWait());
      if (nodes.answered().isEmpty() && !asked) {
        return new Undecided(Failure.unreachable(nodes));
      }
      String elsewhere = "no node that answers holds the directory, group " + GroupSettings.META;
      for (NodeView node : likelyFirst(nodes)) {
        PostReply reply = Answers.await(request.at(node.endpoint()));
        asked = true;
        if (isFinal(reply, passing)) {
          return new Answered(reply);
        }
        if (!reply.code().equals(OutcomeCode.NOT_A_MEMBER.code())) {
          String code = reply.code().isEmpty() ? "" : reply.code() + ": ";
          elsewhere = node.node() + ": " + code + reply.detail();
        }
      }
      waiting.on(elsewhere);
      if (waiting.isOver()) {
        return new Undecided(waiting.failure());
      }
      waiting.pause();
    }
  }

  private boolean isFinal(PostReply reply, String passing) {
    boolean unheard = reply.status() == 0 && reply.delivered();
    maybeDone |= unheard || reply.code().equals(OutcomeCode.OUTCOME_UNKNOWN.code());
    if (reply.done()) {
      return true;
    }
    if (reply.code().equals(STILL_ALIVE)) {
      return waiting.isLongerThan(ALIVE_FOR);
    }
    // 429 and 503 pass by themselves, and so does silence.
    return reply.status() > 0 && reply.status() < 429 && !reply.code().equals(passing);
  }

  /** Whether a request whose answer was not heard may have done it. */
  boolean maybeDone() {
    return maybeDone;
  }

  /** Who leads the directory's group, who else takes part in it, then the rest. */
  private static List<NodeView> likelyFirst(NodeSurvey nodes) {
    List<NodeView> order = new ArrayList<>(nodes.answered());
    order.sort(Comparator.comparing(DirectoryWork::distance));
    return order;
  }

  private static int distance(NodeView node) {
    Optional<GroupView> view = node.group(GroupSettings.META.value()).filter(GroupView::takesPart);
    return view.isEmpty() ? 2 : view.get().role().equals("leading") ? 0 : 1;
  }

  // ---- What the directory holds

  /** The directory as the node knows it that has seen most of its changes; absent for none. */
  static Optional<DirectoryView> newest(MeshClient client, NodeSurvey nodes, Duration wait) {
    List<CompletionStage<Optional<DirectoryView>>> asked =
        nodes.answered().stream().map(node -> client.directory(node.endpoint(), wait)).toList();
    return asked.stream()
        .flatMap(answer -> Answers.await(answer).stream())
        .filter(view -> view.version() > 0)
        .max(Comparator.comparing(DirectoryView::version));
  }

  /** Every group that a node has or the directory names, but for those that are being deleted. */
  static List<GroupId> groups(MeshClient client, NodeSurvey nodes, Duration wait) {
    TreeSet<GroupId> groups = new TreeSet<>();
    nodes
        .answered()
        .forEach(node -> node.groups().forEach(group -> groups.add(new GroupId(group.group()))));
    newest(client, nodes, wait)
        .ifPresent(
            directory -> {
              for (DirectoryView.Group group : directory.groups()) {
                GroupId id = new GroupId(group.group());
                if (group.serving()) {
                  groups.add(id);
                } else {
                  groups.remove(id);
                }
              }
            });
    return List.copyOf(groups);
  }
}
