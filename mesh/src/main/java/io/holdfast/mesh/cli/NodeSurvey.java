package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What every node of a mesh said of itself.
 *
 * @param asked each front door, and what came of it; absent where nobody answered
 */
record NodeSurvey(Map<MeshEndpoint, Optional<NodeView>> asked) {

  /**
   * Asks these front doors, and those that their nodes tell of: one is enough to find the others.
   *
   * @param wait for each answer
   */
  static NodeSurvey from(MeshClient client, List<MeshEndpoint> endpoints, Duration wait) {
    Map<MeshEndpoint, Optional<NodeView>> asked = new LinkedHashMap<>();
    ask(client, endpoints, wait, asked);
    List<MeshEndpoint> told = new ArrayList<>();
    for (Optional<NodeView> view : asked.values()) {
      view.ifPresent(
          node -> node.peers().keySet().forEach(id -> node.endpointOf(id).ifPresent(told::add)));
    }
    ask(client, told, wait, asked);
    return new NodeSurvey(asked);
  }

  private static void ask(
      MeshClient client,
      List<MeshEndpoint> endpoints,
      Duration wait,
      Map<MeshEndpoint, Optional<NodeView>> into) {
    Map<MeshEndpoint, CompletionStage<Optional<NodeView>>> asked = new LinkedHashMap<>();
    for (MeshEndpoint endpoint : endpoints) {
      if (!into.containsKey(endpoint)) {
        asked.computeIfAbsent(endpoint, key -> client.nodeStatus(key, wait));
      }
    }
    asked.forEach((endpoint, answer) -> into.put(endpoint, Answers.await(answer)));
  }

  /**
   * The nodes that answered, by name. One may have been asked under two names, a host name and its
   * address: it is here once.
   */
  List<NodeView> answered() {
    Map<String, NodeView> byId = new TreeMap<>();
    asked.values().forEach(view -> view.ifPresent(node -> byId.putIfAbsent(node.node(), node)));
    return List.copyOf(byId.values());
  }

  /** What the named node says of itself; absent where it does not answer. */
  private Optional<NodeView> node(String name) {
    return answered().stream().filter(node -> node.node().equals(name)).findFirst();
  }

  /** The front door of the named node, if it answers. */
  Optional<MeshEndpoint> doorOf(String name) {
    return node(name).map(NodeView::endpoint);
  }

  /** The incarnation that the named node is now; null where it does not answer. */
  @Nullable String incarnationOf(String name) {
    return node(name)
        .map(NodeView::incarnation)
        .filter(incarnation -> !incarnation.isEmpty())
        .orElse(null);
  }

  /** Whether the named node holds a replica of a group. */
  boolean serves(String name, String group) {
    return node(name).flatMap(node -> node.group(group)).isPresent();
  }

  /** Whether there are nodes that answered, and all of them say that there is no such group. */
  boolean deny(MeshClient client, String group, Duration wait) {
    List<NodeView> nodes = answered();
    if (nodes.isEmpty() || nodes.stream().anyMatch(node -> node.group(group).isPresent())) {
      return false;
    }
    List<CompletionStage<Boolean>> denials =
        nodes.stream().map(node -> client.deniesGroup(node.endpoint(), group, wait)).toList();
    return denials.stream().allMatch(Answers::await);
  }

  /** Whether a node of that name belongs to the mesh, as far as anybody says. */
  boolean isKnown(String name) {
    return answered().stream()
        .anyMatch(node -> node.node().equals(name) || node.peers().containsKey(name));
  }

  /** The front doors at which nobody answered. */
  List<MeshEndpoint> silent() {
    return asked.entrySet().stream()
        .filter(entry -> entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** For the words of an error where nobody answered at all. */
  String nobody() {
    return "no node answers at "
        + asked.keySet().stream().map(MeshEndpoint::toString).collect(Collectors.joining(","));
  }
}
