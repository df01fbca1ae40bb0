package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.client.ChainView;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.store.CheckedDirectory;
import io.holdfast.mesh.store.CheckedDirectory.CheckedReplica;
import io.holdfast.mesh.store.DirectoryCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast verify}. */
@Command(
    name = "verify",
    description = {
      "Compare all replicas of a group at one slot, by the hash over all that they have executed.",
      "Or, with --dir, read all files of a node that does not run, and say what is broken.",
      "Exits with 0 where all is as it should be, 1 where a replica differs or a file is broken,",
      "2 where a replica does not tell, 5 where the directory cannot be looked at."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast verify --endpoints 127.0.0.1:8100,127.0.0.1:8101",
      "  holdfast verify --dir holdfast-data/n1/data"
    })
final class VerifyVerb implements Verb {

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The data directory of a node that does not run; nothing in it is changed.")
  private @Nullable Path dir;

  VerifyVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    return dir == null ? compareReplicas() : checkFiles(dir);
  }

  private int compareReplicas() {
    String group = mesh.group().value();
    try (MeshClient client = mesh.connect(console)) {
      NodeSurvey survey = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
      Map<String, MeshEndpoint> doors = new LinkedHashMap<>();
      TreeSet<String> members = new TreeSet<>();
      long slot = -1;
      for (NodeView node : survey.answered()) {
        Optional<GroupView> view = node.group(group).filter(GroupView::takesPart);
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
        return survey.deny(client, group, mesh.shortWait())
            ? console.fail(Exit.USAGE, mesh.unknownGroup())
            : mesh.unanswered(
                console, "no node that answers takes part in the group " + group + " now");
      }
      List<ChainView> points = points(client, doors, group, slot);
      return tell(slot, points, ReplicaComparison.at(slot, members, points));
    }
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
          (node, door) -> asked.put(node, client.chainAt(door, group, slot, mesh.shortWait())));
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
    if (comparison.same()) {
      return Exit.DONE.status();
    }
    return comparison.differing().isEmpty()
        ? console.fail(
            Exit.UNREACHABLE,
            "not every replica of group %s tells its hash at slot %d; next: see that all nodes run ('holdfast status'), and run it again or raise --timeout"
                .formatted(mesh.group(), slot))
        : console.fail(
            Exit.REFUSED,
            "replicas of group %s differ at slot %d; next: 'holdfast status' says who differs from the majority, and is given the state of the others"
                .formatted(mesh.group(), slot));
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

  // ---- Files

  private int checkFiles(Path path) throws IOException {
    CheckedDirectory checked;
    try {
      checked = DirectoryCheck.of(path);
    } catch (DataDirectoryException e) {
      return console.fail(Exit.IO, String.valueOf(e.getMessage()));
    }
    if (mesh.json()) {
      console.json(json(checked));
    } else {
      print(checked);
    }
    return checked.problems().isEmpty()
        ? Exit.DONE.status()
        : console.fail(
            Exit.REFUSED,
            "not all is as it was written: %d problems in %s; next: what is said of each above"
                .formatted(checked.problems().size(), path));
  }

  private void print(CheckedDirectory checked) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "node %s of mesh %s, boot %d%n",
            checked.node(),
            checked.mesh(),
            checked.boot());
    Table files = Table.of("file", "bytes");
    checked.files().forEach(file -> files.row(file.file(), file.bytes()));
    files.print(console.out());
    Table replicas = Table.of("group", "slot", "chain hash", "journal events");
    for (CheckedReplica replica : checked.replicas()) {
      replicas.row(replica.group(), replica.slot(), replica.chainHash(), replica.events());
    }
    replicas.print(console.out());
    checked.problems().forEach(problem -> console.out().println("problem: " + problem));
    if (checked.problems().isEmpty()) {
      console.out().println("all is as it was written");
    }
  }

  private static ObjectNode json(CheckedDirectory checked) {
    ObjectNode json = Answers.object().put("ok", checked.problems().isEmpty());
    ArrayNode replicas = json.putArray("replicas");
    for (CheckedReplica replica : checked.replicas()) {
      replicas
          .addObject()
          .put("node", checked.node())
          .put("slot", replica.slot())
          .put("chainHash", replica.chainHash())
          .put("group", replica.group());
    }
    ArrayNode problems = json.putArray("problems");
    checked.problems().forEach(problems::add);
    ArrayNode files = json.putArray("files");
    checked
        .files()
        .forEach(file -> files.addObject().put("file", file.file()).put("bytes", file.bytes()));
    return json;
  }
}
