package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.mesh.client.DirectoryView;
import io.holdfast.mesh.client.DirectoryView.Group;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast group list}. */
@Command(
    name = "list",
    description = "Show every group of the mesh, who takes part in it and who leads it.",
    footer = {"", "Example:", "  holdfast group list"})
final class GroupListVerb implements Verb {

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  GroupListVerb(Console console) {
    this.console = console;
  }

  /** A group as it was founded and, where a node that takes part says so, as it is now. */
  private record Row(Group group, Optional<GroupView> seen) {

    List<String> members() {
      return seen.map(GroupView::members).filter(list -> !list.isEmpty()).orElse(group.members());
    }

    int w() {
      return seen.map(GroupView::w).filter(number -> number > 0).orElse(group.w());
    }

    Optional<String> leader() {
      return seen.flatMap(GroupView::leader);
    }
  }

  @Override
  public Integer call() {
    mesh.refuseGroup();
    NodeSurvey nodes;
    Optional<DirectoryView> directory;
    try (MeshClient client = mesh.connect(console)) {
      nodes = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
      directory = DirectoryWork.newest(client, nodes, mesh.shortWait());
    }
    if (nodes.answered().isEmpty()) {
      return mesh.unreachable(console, nodes.nobody());
    }
    if (directory.isEmpty()) {
      return mesh.unanswered(
          console, "no node that answers knows the directory, group " + GroupSettings.META);
    }
    List<Row> rows =
        directory.get().groups().stream()
            .map(group -> new Row(group, best(nodes, group.group())))
            .toList();
    if (mesh.json()) {
      console.json(json(directory.get(), rows));
    } else {
      print(rows);
    }
    return Exit.DONE.status();
  }

  /** What the one says who leads, or else knows who does. */
  static Optional<GroupView> best(NodeSurvey nodes, String group) {
    return nodes.answered().stream()
        .flatMap(node -> node.group(group).stream())
        .filter(GroupView::takesPart)
        .max(
            Comparator.comparing((GroupView view) -> view.role().equals("leading"))
                .thenComparing(view -> view.leader().isPresent())
                .thenComparing(GroupView::chosen));
  }

  private void print(List<Row> rows) {
    Table table = Table.of("name", "state", "members", "w", "leader");
    for (Row row : rows) {
      table.row(
          row.group().group(),
          row.group().state(),
          String.join(",", row.members()),
          row.w(),
          row.leader().orElse("-"));
    }
    table.print(console.out());
  }

  private static ObjectNode json(DirectoryView directory, List<Row> rows) {
    ObjectNode json = Answers.object().put("ok", true).put("version", directory.version());
    ArrayNode groups = json.putArray("groups");
    for (Row row : rows) {
      Group group = row.group();
      ObjectNode one = groups.addObject().put("group", group.group()).put("state", group.state());
      one.put("founded", group.founded());
      ArrayNode founders = one.putArray("founders");
      group.members().forEach(founders::add);
      ArrayNode members = one.putArray("members");
      row.members().forEach(members::add);
      one.put("w", row.w()).put("leader", row.leader().orElse(null));
    }
    return json;
  }
}
