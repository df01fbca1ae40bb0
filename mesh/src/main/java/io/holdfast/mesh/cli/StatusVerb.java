package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast status}. */
@Command(
    name = "status",
    description = "Show every node and group: who leads, how far each replica is, what is wrong.",
    footer = {"", "Example:", "  holdfast status --endpoints 127.0.0.1:8100,127.0.0.1:8101"})
final class StatusVerb implements Verb {

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  StatusVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Duration wait = mesh.shortWait();
    NodeSurvey survey;
    try (MeshClient client = mesh.connect(console)) {
      survey = NodeSurvey.from(client, mesh.endpoints(console), wait);
    }
    if (mesh.json()) {
      console.json(json(survey));
    }
    if (survey.answered().isEmpty()) {
      return mesh.unreachable(console, survey.nobody());
    }
    if (!mesh.json()) {
      print(survey);
    }
    return Exit.DONE.status();
  }

  private static ObjectNode json(NodeSurvey survey) {
    ObjectNode json = Answers.object();
    ArrayNode nodes = json.putArray("nodes");
    survey.answered().forEach(node -> nodes.add(node.json()));
    ArrayNode silent = json.putArray("unreachable");
    survey.silent().forEach(endpoint -> silent.add(endpoint.toString()));
    return json;
  }

  private void print(NodeSurvey survey) {
    Table table = Table.of("node", "http", "state", "health", "up", "version", "does not hear");
    for (NodeView node : survey.answered()) {
      table.row(
          node.node(),
          node.endpoint(),
          node.state(),
          node.health(),
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
    Set<String> problems = new LinkedHashSet<>();
    List<String> snapshots = new ArrayList<>();
    for (NodeView node : survey.answered()) {
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
            lag(group),
            group.revision(),
            group.keys(),
            group.chainHash().isEmpty()
                ? "-"
                : group.chainHash().substring(0, Math.min(8, group.chainHash().length())));
        group
            .snapshot()
            .ifPresent(snapshot -> snapshots.add(node.node() + " " + group.group() + snapshot));
      }
      node.troubles().forEach(trouble -> problems.add(node.node() + " " + trouble));
    }
    groups.print(console.out());
    for (NodeView node : survey.answered()) {
      node.waitsFor().ifPresent(what -> console.out().println(node.node() + " waits: " + what));
    }
    survey.silent().forEach(endpoint -> console.out().println("no answer from " + endpoint));
    snapshots.forEach(snapshot -> console.out().println("snapshot: " + snapshot));
    problems.forEach(problem -> console.out().println("problem: " + problem));
  }

  /** In slots, and for how long that has been. */
  private static String lag(GroupView group) {
    return group.lag() == 0
        ? "0"
        : "%d (%.1f s)".formatted(group.lag(), group.json().path("lagMillis").asLong() / 1e3);
  }
}
