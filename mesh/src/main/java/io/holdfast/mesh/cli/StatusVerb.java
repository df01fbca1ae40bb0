package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast status}. */
@Command(
    name = "status",
    description = "Show every node and group: who leads, how far each replica is, what is wrong.",
    footer = {"", "Example:", "  holdfast status --endpoints 127.0.0.1:8100,127.0.0.1:8101"})
final class StatusVerb implements Verb {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  StatusVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Duration wait = mesh.timeout().compareTo(LONGEST_WAIT) < 0 ? mesh.timeout() : LONGEST_WAIT;
    Map<MeshEndpoint, Optional<NodeView>> nodes = new LinkedHashMap<>();
    try (MeshClient client = mesh.connect(console)) {
      ask(client, mesh.endpoints(console), wait, nodes);
      // One endpoint is enough to find the others.
      List<MeshEndpoint> told = new ArrayList<>();
      for (Optional<NodeView> view : nodes.values()) {
        view.ifPresent(
            node -> node.peers().keySet().forEach(id -> node.endpointOf(id).ifPresent(told::add)));
      }
      ask(client, told, wait, nodes);
    }
    List<NodeView> answered = distinct(nodes);
    if (mesh.json()) {
      console.json(json(nodes, answered));
    }
    if (answered.isEmpty()) {
      return mesh.unreachable(
          console,
          "no node answers at "
              + nodes.keySet().stream()
                  .map(MeshEndpoint::toString)
                  .collect(Collectors.joining(",")));
    }
    if (!mesh.json()) {
      print(nodes, answered);
    }
    return Exit.DONE.status();
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

  /** A node may be asked under two names (a host name and its address): it is shown once. */
  private static List<NodeView> distinct(Map<MeshEndpoint, Optional<NodeView>> nodes) {
    Map<String, NodeView> byId = new java.util.TreeMap<>();
    nodes.values().forEach(view -> view.ifPresent(node -> byId.putIfAbsent(node.node(), node)));
    return List.copyOf(byId.values());
  }

  private static ObjectNode json(
      Map<MeshEndpoint, Optional<NodeView>> asked, List<NodeView> answered) {
    ObjectNode json = Answers.object();
    ArrayNode nodes = json.putArray("nodes");
    answered.forEach(node -> nodes.add(node.json()));
    ArrayNode silent = json.putArray("unreachable");
    asked.forEach(
        (endpoint, view) -> {
          if (view.isEmpty()) {
            silent.add(endpoint.toString());
          }
        });
    return json;
  }

  private void print(Map<MeshEndpoint, Optional<NodeView>> asked, List<NodeView> answered) {
    Table table = Table.of("node", "http", "state", "up", "version", "does not hear");
    for (NodeView node : answered) {
      table.row(
          node.node(),
          node.endpoint(),
          node.state(),
          (long) node.uptimeSeconds() + "s",
          node.version(),
          node.unreachable().isEmpty() ? "-" : String.join(",", node.unreachable()));
    }
    table.print(console.out());
    console.out().println();
    Table groups =
        Table.of(
            "group",
            "node",
            "role",
            "leader",
            "ballot",
            "w/n",
            "chosen",
            "applied",
            "durable",
            "lag",
            "revision",
            "keys",
            "chain");
    List<String> problems = new ArrayList<>();
    for (NodeView node : answered) {
      for (GroupView group : node.groups()) {
        groups.row(
            group.group(),
            node.node(),
            group.role(),
            group.leader().orElse("-"),
            group.ballot(),
            group.w() + "/" + group.n(),
            group.chosen(),
            group.applied(),
            group.durable(),
            group.lag(),
            group.revision(),
            group.keys(),
            group.chainHash().isEmpty()
                ? "-"
                : group.chainHash().substring(0, Math.min(8, group.chainHash().length())));
        group.problems().forEach(p -> problems.add(node.node() + " " + group.group() + ": " + p));
      }
    }
    groups.print(console.out());
    asked.forEach(
        (endpoint, view) -> {
          if (view.isEmpty()) {
            console.out().println("no answer from " + endpoint);
          }
        });
    problems.forEach(problem -> console.out().println("problem: " + problem));
  }
}
