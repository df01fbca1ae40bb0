package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.ChainView;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast verify}. */
@Command(
    name = "verify",
    description = {
      "Compare all replicas of a group at one slot, by the hash over all that they have executed.",
      "Exits with 0 where all have the same, 1 where one differs, 2 where one does not tell."
    },
    footer = {"", "Example:", "  holdfast verify --endpoints 127.0.0.1:8100,127.0.0.1:8101"})
final class VerifyVerb implements Verb {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  VerifyVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String group = mesh.group().value();
    try (MeshClient client = mesh.connect(console)) {
      NodeSurvey survey = NodeSurvey.from(client, mesh.endpoints(console), wait(mesh.timeout()));
      Map<String, MeshEndpoint> doors = new LinkedHashMap<>();
      TreeSet<String> members = new TreeSet<>();
      long slot = -1;
      for (NodeView node : survey.answered()) {
        Optional<GroupView> view = node.group(group);
        if (view.isPresent()) {
          doors.put(node.node(), node.endpoint());
          view.get().json().path("members").forEach(member -> members.add(member.asText()));
          slot = Math.max(slot, view.get().applied());
        }
      }
      if (survey.answered().isEmpty()) {
        return mesh.unreachable(console, survey.nobody());
      }
      if (slot < 0) {
        return mesh.unreachable(console, "no node that answers serves the group " + group + " now");
      }
      List<ChainView> points = points(client, doors, group, slot);
      return tell(slot, points, ReplicaComparison.at(slot, members, points));
    }
  }

  private static Duration wait(Duration timeout) {
    return timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
  }

  /** Asks each until it has executed the slot, as long as the time-out allows. */
  private List<ChainView> points(
      MeshClient client, Map<String, MeshEndpoint> doors, String group, long slot) {
    Map<String, ChainView> points = new TreeMap<>();
    Map<String, MeshEndpoint> open = new LinkedHashMap<>(doors);
    long end = System.nanoTime() + mesh.timeout().toNanos();
    while (!open.isEmpty()) {
      Map<String, CompletionStage<Optional<ChainView>>> asked = new LinkedHashMap<>();
      open.forEach(
          (node, door) -> asked.put(node, client.chainAt(door, group, slot, wait(mesh.timeout()))));
      asked.forEach(
          (node, answer) ->
              Answers.await(answer)
                  .ifPresent(
                      point -> {
                        points.put(node, point);
                        if (point.applied() >= slot) {
                          open.remove(node);
                        }
                      }));
      if (System.nanoTime() - end > 0) {
        break;
      }
      if (!open.isEmpty()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
      }
    }
    return new ArrayList<>(points.values());
  }

  private int tell(long slot, List<ChainView> points, ReplicaComparison comparison) {
    if (mesh.json()) {
      console.json(json(points, comparison));
    } else {
      Table table = Table.of("node", "slot", "chain hash");
      for (ChainView point : points) {
        table.row(point.node(), point.slot(), point.chainHash().orElse("-"));
      }
      table.print(console.out());
      comparison.problems().forEach(problem -> console.out().println("problem: " + problem));
      if (comparison.same()) {
        console.out().println("all " + points.size() + " replicas hold the same at slot " + slot);
      }
    }
    Exit exit =
        comparison.same()
            ? Exit.DONE
            : comparison.differing().isEmpty() ? Exit.UNREACHABLE : Exit.REFUSED;
    return exit.status();
  }

  private static ObjectNode json(List<ChainView> points, ReplicaComparison comparison) {
    ObjectNode json = Answers.object().put("ok", comparison.same());
    ArrayNode replicas = json.putArray("replicas");
    for (ChainView point : points) {
      replicas
          .addObject()
          .put("node", point.node())
          .put("slot", point.slot())
          .put("chainHash", point.chainHash().orElse(null));
    }
    ArrayNode problems = json.putArray("problems");
    comparison.problems().forEach(problems::add);
    return json;
  }
}
