package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.cli.MemberGoal.Named;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MembersView.Member;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast member}. */
@Command(
    name = "member",
    description = {
      "Who takes part in a group: list, add, promote, remove, replace.",
      "One change at a time, through the log, while writes go on. A run that was "
          + "ended goes on when it is run again."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast member list",
      "  holdfast member list --group meta    who keeps the mesh's directory",
      "  holdfast member add n4               learns first, then votes",
      "  holdfast member replace n1 n4        in one step, once n4 has caught up"
    })
final class MemberVerb implements Verb {

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  MemberVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw mesh.wrong("list, add, promote, remove or replace?");
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(
        new ListMembers(console),
        new Add(console),
        new Promote(console),
        new Remove(console),
        new Replace(console));
  }

  /** The options of a verb that changes members. */
  private static final class ChangeOptions {
    @Option(
        names = "--wait",
        paramLabel = "DURATION",
        defaultValue = "10m",
        description = "Give up after so long; run again to go on. Default: ${DEFAULT-VALUE}.")
    private Duration wait = Duration.ofMinutes(10);

    int reach(Console console, MeshOptions mesh, String name, MemberGoal goal) {
      return new MemberRun(console, mesh, wait, name).reach(goal);
    }

    MemberRun run(Console console, MeshOptions mesh, String name) {
      return new MemberRun(console, mesh, wait, name);
    }
  }

  /** Where a node waits that is to be let in. */
  private static final class JoinOptions {
    @Option(
        names = "--at",
        paramLabel = "HOST:PORT",
        description =
            "Front door of the node that joins, started with holdfast.mesh.join = on: it is let"
                + " into the mesh first.")
    private @Nullable MeshEndpoint at;
  }

  /** The accept quorum, where a change is the moment to set it. */
  private static final class QuorumOptions {
    @Option(
        names = "--accept-quorum",
        paramLabel = "W",
        description =
            "Acknowledgements that commit from then on. Default: a majority stays a majority, any"
                + " other number stays.")
    private @Nullable Integer acceptQuorum;

    OptionalInt w(MeshOptions mesh) {
      if (acceptQuorum == null) {
        return OptionalInt.empty();
      }
      if (acceptQuorum < 1 || acceptQuorum > 7) {
        throw mesh.wrong("--accept-quorum: allowed is 1 to 7");
      }
      return OptionalInt.of(acceptQuorum);
    }
  }

  private static Named named(String text, MeshOptions mesh) {
    Named named = Named.of(text);
    String incarnation = named.incarnation();
    if (!NodeId.isValid(named.node())
        || (incarnation != null && !incarnation.matches("[0-9a-fA-F]{1,16}"))) {
      throw mesh.wrong("'" + text + "': allowed is a node's name, or NAME#INCARNATION in hex");
    }
    return named;
  }

  /** {@code holdfast member list}. */
  @Command(
      name = "list",
      description = "Show voters and learners, how far each is, and a change that is on its way.",
      footer = {"", "Example:", "  holdfast member list --group main"})
  private static final class ListMembers implements Verb {

    private final Console console;
    @Mixin private MeshOptions mesh = new MeshOptions();

    ListMembers(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      MembersSurvey survey;
      try (MeshClient client = mesh.connect(console)) {
        NodeSurvey nodes = NodeSurvey.from(client, mesh.endpoints(console), mesh.shortWait());
        survey = MembersSurvey.of(mesh.group(), client, nodes, mesh.shortWait());
        if (survey.isOfUnknownGroup(client, mesh.shortWait())) {
          return console.fail(Exit.USAGE, mesh.unknownGroup());
        }
      }
      if (survey.seen().isEmpty()) {
        return survey.nodes().answered().isEmpty()
            ? mesh.unreachable(console, survey.nodes().nobody())
            : mesh.unanswered(console, "no member of group " + mesh.group() + " answers");
      }
      MembersView seen = survey.seen().get();
      if (mesh.json()) {
        ObjectNode json = Answers.object().put("ok", true);
        json.setAll((ObjectNode) seen.json());
        console.json(json);
      } else {
        print(seen);
      }
      return Exit.DONE.status();
    }

    private void print(MembersView seen) {
      Table table = Table.of("node", "incarnation", "role", "leads", "heard", "learned", "behind");
      for (Member member : seen.members()) {
        table.row(
            member.node(),
            member.incarnation(),
            member.voter() ? "voter" : "learner",
            member.leader() ? "yes" : "-",
            member.alive() ? "yes" : "no",
            MemberWork.number(member.learned()),
            MemberWork.number(member.lag()));
      }
      table.print(console.out());
      console.out().println(MemberWork.sentence(seen));
      seen.next()
          .ifPresent(
              next ->
                  console
                      .out()
                      .println(
                          "configuration %d governs from slot %s: voters %s; w = %d, prepare quorum %d"
                              .formatted(
                                  next.configuration(),
                                  MemberWork.number(next.governsFrom()),
                                  String.join(
                                      ", ",
                                      next.members().stream()
                                          .filter(Member::voter)
                                          .map(Member::node)
                                          .toList()),
                                  next.w(),
                                  next.prepareQuorum())));
    }
  }

  /** {@code holdfast member add}. */
  @Command(
      name = "add",
      description = {
        "Add a node: it learns what the group holds, without a vote, and votes once it has caught up.",
        "The node must run, and be one of holdfast.mesh.peers; a new one is let in with --at."
      },
      footer = {
        "",
        "Examples:",
        "  holdfast member add n4",
        "  holdfast member add n4 --at 10.0.0.4:8100"
      })
  private static final class Add implements Verb {

    private final Console console;

    @Parameters(index = "0", paramLabel = "NODE", description = "Its name.")
    private String node = "";

    @Option(names = "--learner", description = "Leave it a learner, without a vote.")
    private boolean learner;

    @Mixin private JoinOptions join = new JoinOptions();
    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private ChangeOptions change = new ChangeOptions();
    @Mixin private QuorumOptions quorum = new QuorumOptions();

    Add(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      OptionalInt w = quorum.w(mesh);
      if (learner && w.isPresent()) {
        throw mesh.wrong("--accept-quorum and --learner exclude each other");
      }
      Named named = named(node, mesh);
      return join.at == null
          ? change.reach(console, mesh, "member add", new MemberGoal.Joined(named, !learner, w))
          : change
              .run(console, mesh, "member add")
              .reach(join.at, named, joining -> new MemberGoal.Joined(joining, !learner, w), false);
    }
  }

  /** {@code holdfast member promote}. */
  @Command(
      name = "promote",
      description = "Give a learner a vote, once it has caught up.",
      footer = {"", "Example:", "  holdfast member promote n4"})
  private static final class Promote implements Verb {

    private final Console console;

    @Parameters(index = "0", paramLabel = "NODE", description = "Its name.")
    private String node = "";

    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private ChangeOptions change = new ChangeOptions();
    @Mixin private QuorumOptions quorum = new QuorumOptions();

    Promote(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      return change.reach(
          console,
          mesh,
          "member promote",
          new MemberGoal.Promoted(named(node, mesh), quorum.w(mesh)));
    }
  }

  /** {@code holdfast member remove}. */
  @Command(
      name = "remove",
      description = {
        "Take a node out of a group, and say when it may be stopped. If it leads, it hands over.",
        "Refused where too few of the others are alive."
      },
      footer = {"", "Example:", "  holdfast member remove n1"})
  private static final class Remove implements Verb {

    private final Console console;

    @Parameters(index = "0", paramLabel = "NODE", description = "Its name, or NAME#INCARNATION.")
    private String node = "";

    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private ChangeOptions change = new ChangeOptions();
    @Mixin private QuorumOptions quorum = new QuorumOptions();

    Remove(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      return change.reach(
          console,
          mesh,
          "member remove",
          new MemberGoal.Removed(named(node, mesh), quorum.w(mesh)));
    }
  }

  /** {@code holdfast member replace}. */
  @Command(
      name = "replace",
      description = {
        "Give the vote of one node to another, in one step, once the other has caught up.",
        "The first may be dead. With --at the second is let into the mesh first, and gets the vote",
        "in every group in which the first has one, unless --group names one of them. Under the",
        "same name: a new data directory in the place of one that was lost."
      },
      footer = {
        "",
        "Examples:",
        "  holdfast member replace n1 n4",
        "  holdfast member replace n1 n4 --at 10.0.0.4:8100",
        "  holdfast member replace n3 n3 --at 10.0.0.3:8100   a new disk under the old name"
      })
  private static final class Replace implements Verb {

    private final Console console;

    @Parameters(index = "0", paramLabel = "OLD", description = "Who has the vote now.")
    private String old = "";

    @Parameters(index = "1", paramLabel = "NEW", description = "Who shall have it.")
    private String replacement = "";

    @Mixin private JoinOptions join = new JoinOptions();
    @Mixin private MeshOptions mesh = new MeshOptions();
    @Mixin private ChangeOptions change = new ChangeOptions();

    Replace(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      Named leaving = named(old, mesh);
      Named joining = named(replacement, mesh);
      return join.at == null
          ? change.reach(console, mesh, "member replace", new MemberGoal.Replaced(leaving, joining))
          : change
              .run(console, mesh, "member replace")
              .reach(
                  join.at,
                  joining,
                  met -> new MemberGoal.Replaced(leaving, met),
                  !mesh.groupNamed());
    }
  }
}
