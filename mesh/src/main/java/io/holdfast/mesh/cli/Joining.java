package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.cli.MemberGoal.Named;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.client.PostReply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a node into the mesh that was started to join it, and waits at its own front door. */
final class Joining {

  private final MeshClient client;
  private final Console console;
  private final MeshOptions mesh;
  private final Waiting waiting;
  private final MeshEndpoint at;
  private final Named named;
  private @Nullable NodeView met;

  /**
   * @param at its front door
   * @param named what it must call itself
   */
  Joining(
      MeshClient client,
      Console console,
      MeshOptions mesh,
      Waiting waiting,
      MeshEndpoint at,
      Named named) {
    this.client = client;
    this.console = console;
    this.mesh = mesh;
    this.waiting = waiting;
    this.at = at;
    this.named = named;
  }

  /** Waits until the node answers, and sees that it is who it shall be; why it is not, else. */
  Optional<Failure> meet() {
    NodeSurvey others = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
    if (others.answered().isEmpty()) {
      return Optional.of(Failure.unreachable(others));
    }
    while (true) {
      Optional<NodeView> answer = Answers.await(client.nodeStatus(at, mesh.shortWait()));
      if (answer.isPresent()) {
        met = answer.get();
        return refusalOf(answer.get(), others);
      }
      waiting.on(
          "nobody answers at %s: start %s there, with holdfast.mesh.join = on and a living node in holdfast.mesh.peers"
              .formatted(at, named.node()));
      if (waiting.isOver()) {
        return Optional.of(waiting.failure());
      }
      waiting.pause();
    }
  }

  private Optional<Failure> refusalOf(NodeView node, NodeSurvey others) {
    if (!node.node().equals(named.node())) {
      return refusal(
          "other_node",
          "the node at %s is %s, not %s: give the address of %s's front door with --at"
              .formatted(at, node.node(), named.node(), named.node()));
    }
    String incarnation = named.incarnation();
    if (incarnation != null && !Named.hex(incarnation).equals(Named.hex(node.incarnation()))) {
      return refusal(
          "other_node",
          "the node at %s is %s#%s, another data directory than was named"
              .formatted(at, node.node(), node.incarnation()));
    }
    return others.answered().stream()
        .filter(other -> !other.mesh().equals(node.mesh()))
        .findFirst()
        .flatMap(
            other ->
                refusal(
                    "foreign_mesh",
                    "the node at %s is of mesh '%s', %s of mesh '%s': holdfast.mesh.id must be equal"
                        .formatted(at, node.mesh(), other.node(), other.mesh())));
  }

  private static Optional<Failure> refusal(String code, String sentence) {
    return Optional.of(new Failure(Exit.REFUSED, code, sentence));
  }

  private NodeView met() {
    NodeView node = met;
    if (node == null) {
      throw new IllegalStateException("nobody was met at " + at);
    }
    return node;
  }

  /** The node that was met, with its incarnation. */
  Named node() {
    return new Named(named.node(), met().incarnation());
  }

  /** Has the directory let the node in that was met; why it is not let in, else. */
  Optional<Failure> letIn() {
    ObjectNode body =
        Answers.object().put("incarnation", met().incarnation()).put("address", met().meshAddr());
    DirectoryWork work = new DirectoryWork(client, mesh, mesh.endpoints(console), waiting);
    DirectoryWork.Decided decided =
        work.decide(
            door -> client.put(door, "/v1/nodes/" + named.node(), body, mesh.timeout()), "");
    if (decided instanceof DirectoryWork.Undecided undecided) {
      return Optional.of(undecided.failure());
    }
    PostReply reply = ((DirectoryWork.Answered) decided).reply();
    if (!reply.done()) {
      return Optional.of(Failure.refused(reply).of("let " + named.node() + " in"));
    }
    waiting.on(named.node() + " is let in");
    return Optional.empty();
  }
}
