package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.client.DirectoryView.Group;
import io.holdfast.mesh.client.GroupView;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.PostReply;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast group create}. */
@Command(
    name = "create",
    description = {
      "Create a group and wait until it has a leader.",
      "Run again, it finds what is there: done where it is the same, refused where it " + "is not."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast group create orders",
      "  holdfast group create orders --members n1,n2,n3 --w 2"
    })
final class GroupCreateVerb implements Verb {

  private static final String NAME = "group create";

  private final Console console;

  @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
  private String group = "";

  @Option(
      names = "--members",
      paramLabel = "NODE[,...]",
      hideParamSyntax = true,
      split = ",",
      description = "Who founds it, 1 to 7 nodes. Default: all nodes, which must be 7 at most.")
  private @Nullable List<String> members;

  @Option(
      names = "--w",
      paramLabel = "W",
      description = "Acknowledgements that commit. Default: a majority.")
  private @Nullable Integer w;

  @Option(
      names = "--prepare-quorum",
      paramLabel = "N",
      description = "Promises that elect. Default: as few as W allows.")
  private @Nullable Integer prepareQuorum;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "Give up after so long; run again to go on. Default: ${DEFAULT-VALUE}.")
  private Duration wait = Duration.ofMinutes(1);

  @Mixin private MeshOptions mesh = new MeshOptions();

  GroupCreateVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    mesh.refuseGroup();
    GroupId id = mesh.groupOf("", group);
    ObjectNode form = form();
    Waiting waiting = new Waiting(console, wait);
    try (MeshClient client = mesh.connect(console)) {
      DirectoryWork work = new DirectoryWork(client, mesh, mesh.endpoints(console), waiting);
      DirectoryWork.Decided decided =
          work.decide(
              door -> client.put(door, "/v1/groups/" + id, form, mesh.timeout()), "deleting");
      if (decided instanceof DirectoryWork.Undecided undecided) {
        return failed(undecided.failure());
      }
      PostReply reply = ((DirectoryWork.Answered) decided).reply();
      if (reply.code().equals("already_exists")) {
        Optional<Group> found = found(client, id);
        if (found.isPresent() && !isWanted(found.get())) {
          return failed(different(reply, found.get()));
        }
      } else if (!reply.done()) {
        return failed(Failure.refused(reply));
      }
      return awaitLeader(client, id, waiting, reply.done());
    }
  }

  private ObjectNode form() {
    ObjectNode form = Answers.object();
    if (members != null) {
      ArrayNode names = form.putArray("members");
      for (String name : members) {
        if (!NodeId.isValid(name)) {
          throw mesh.wrong("--members '" + name + "': allowed are names of nodes");
        }
        names.add(name);
      }
      if (new HashSet<>(members).size() != members.size()
          || members.size() > GroupSettings.MAX_MEMBERS) {
        throw mesh.wrong("--members: allowed are 1 to 7 nodes, each once");
      }
    }
    quorum(form, "w", "--w", w);
    quorum(form, "prepareQuorum", "--prepare-quorum", prepareQuorum);
    return form;
  }

  private void quorum(ObjectNode form, String field, String option, @Nullable Integer value) {
    if (value == null) {
      return;
    }
    if (value < 1 || value > GroupSettings.MAX_MEMBERS) {
      throw mesh.wrong(option + ": allowed is 1 to 7");
    }
    form.put(field, value.intValue());
  }

  // ---- A group that is there already

  private Optional<Group> found(MeshClient client, GroupId id) {
    NodeSurvey nodes = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
    return DirectoryWork.newest(client, nodes, mesh.shortWait())
        .flatMap(directory -> directory.group(id.value()));
  }

  /** Nodes that were let in since then do not make it another group: unnamed members may be any. */
  private boolean isWanted(Group found) {
    if (members != null && !new TreeSet<>(members).equals(new TreeSet<>(found.members()))) {
      return false;
    }
    try {
      GroupSettings wanted =
          new GroupSettings(
              new GroupId(found.group()),
              found.members().stream().map(NodeId::new).toList(),
              number(w),
              number(prepareQuorum));
      return wanted.acceptQuorum() == found.w()
          && wanted.effectivePrepareQuorum() == found.prepareQuorum();
    } catch (IllegalArgumentException quorumsThatDoNotFit) {
      return false;
    }
  }

  private static OptionalInt number(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static Failure different(PostReply reply, Group found) {
    return new Failure(
        Exit.REFUSED,
        reply.code(),
        "%s: group %s is there with members %s, w = %d, prepare quorum %d; next: name it so, or choose another name"
            .formatted(
                reply.code(),
                found.group(),
                String.join(", ", found.members()),
                found.w(),
                found.prepareQuorum()));
  }

  // ---- Its leader

  private int awaitLeader(MeshClient client, GroupId id, Waiting waiting, boolean created) {
    while (true) {
      NodeSurvey nodes = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
      Optional<GroupView> seen = GroupListVerb.best(nodes, id.value());
      if (seen.flatMap(GroupView::leader).isPresent()) {
        return tell(id, seen.orElseThrow(), waiting, created);
      }
      waiting.on("group " + id + " is in the directory, and nobody leads it yet");
      if (waiting.isOver()) {
        return failed(waiting.failure());
      }
      waiting.pause();
    }
  }

  private int tell(GroupId id, GroupView seen, Waiting waiting, boolean created) {
    String leader = seen.leader().orElse("-");
    if (mesh.json()) {
      ObjectNode json =
          Answers.object().put("ok", true).put("group", id.value()).put("created", created);
      ArrayNode names = json.putArray("members");
      seen.members().forEach(names::add);
      json.put("w", seen.w()).put("leader", leader).put("seconds", waiting.seconds());
      console.json(json);
    } else {
      console
          .out()
          .println(
              "group %s %s: members %s; w = %d; leader %s"
                  .formatted(
                      id,
                      created ? "is created" : "is there already",
                      String.join(", ", seen.members()),
                      seen.w(),
                      leader));
    }
    return Exit.DONE.status();
  }

  private int failed(Failure failure) {
    return failure.tell(console, mesh, NAME, Answers.object().put("group", group));
  }
}
