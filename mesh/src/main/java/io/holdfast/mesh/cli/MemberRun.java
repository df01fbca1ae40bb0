package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.mesh.cli.MemberGoal.Named;
import io.holdfast.mesh.cli.MemberWork.Failed;
import io.holdfast.mesh.cli.MemberWork.Reached;
import io.holdfast.mesh.client.MembersView.Member;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A verb that changes members: in one group or in several, at its end telling what is so. */
final class MemberRun {

  private final Console console;
  private final MeshOptions mesh;
  private final String name;
  private final Waiting waiting;
  private final ArrayNode changes = Answers.array();
  private List<MeshEndpoint> endpoints;

  /**
   * @param bound after which it gives up
   * @param name of the verb, as it is run
   */
  MemberRun(Console console, MeshOptions mesh, Duration bound, String name) {
    this.console = console;
    this.mesh = mesh;
    this.name = name;
    this.waiting = new Waiting(console, bound);
    this.endpoints = mesh.endpoints(console);
  }

  /** What is wanted of a node that was let in, once its incarnation is known. */
  interface Wanted {
    MemberGoal of(Named joining);
  }

  /** Works until the group is as it shall be, or it cannot be; the exit status. */
  int reach(MemberGoal goal) {
    try (MeshClient client = mesh.connect(console)) {
      return work(client, List.of(mesh.group()), goal, false);
    }
  }

  /**
   * Lets a node in first.
   *
   * @param at its front door
   * @param everywhere whether to work in every group that has to do with the goal
   */
  int reach(MeshEndpoint at, Named named, Wanted wanted, boolean everywhere) {
    try (MeshClient client = mesh.connect(console)) {
      Joining joining = new Joining(client, console, mesh, waiting, at, named);
      Optional<Failure> failure = joining.meet();
      if (failure.isPresent()) {
        return failed(failure.get());
      }
      // Asked first: where a name stands for two directories, the node at this door is meant.
      endpoints = new ArrayList<>(List.of(at));
      endpoints.addAll(mesh.endpoints(console));
      MemberGoal goal = wanted.of(joining.node());
      List<GroupId> groups =
          everywhere ? concerned(client, (MemberGoal.Replaced) goal) : List.of(mesh.group());
      if (groups.isEmpty()) {
        return failed(
            new Failure(
                Exit.REFUSED,
                "not_a_member",
                "no group has a vote that could be passed on to "
                    + named.node()
                    + "; see 'holdfast member list'"));
      }
      failure = joining.letIn();
      return failure.isPresent() ? failed(failure.get()) : work(client, groups, goal, true);
    }
  }

  /**
   * The groups in which the one has a vote, or the other has it by now; that of the directory comes
   * last, for it is what lets a run that was ended go on.
   */
  private List<GroupId> concerned(MeshClient client, MemberGoal.Replaced goal) {
    List<GroupId> concerned = new ArrayList<>();
    List<GroupId> silent = new ArrayList<>();
    for (MembersSurvey survey : surveys(client)) {
      if (survey.seen().isEmpty()) {
        silent.add(survey.group());
      } else if (survey.seen().get().newest().stream()
          .anyMatch(
              member ->
                  member.voter() && (goal.leaving().is(member) || goal.joining().is(member)))) {
        concerned.add(survey.group());
      }
    }
    if (concerned.isEmpty()) {
      return List.of();
    }
    concerned.addAll(silent); // it may have a vote there: not passed over
    concerned.sort(
        Comparator.comparing(GroupSettings.META::equals).thenComparing(silent::contains));
    return concerned;
  }

  private List<MembersSurvey> surveys(MeshClient client) {
    NodeSurvey nodes = NodeSurvey.from(client, endpoints, mesh.shortWait());
    return DirectoryWork.groups(client, nodes, mesh.shortWait()).stream()
        .map(group -> MembersSurvey.of(group, client, nodes, mesh.shortWait()))
        .toList();
  }

  private int work(MeshClient client, List<GroupId> groups, MemberGoal goal, boolean newcomer) {
    List<Reached> reached = new ArrayList<>();
    for (GroupId group : groups) {
      MemberWork.Ended ended =
          new MemberWork(client, mesh, endpoints, group, waiting, newcomer, changes).reach(goal);
      if (ended instanceof Failed failed) {
        return failed(
            groups.size() == 1 ? failed.failure() : failed.failure().of("group " + group));
      }
      Reached done = (Reached) ended;
      reached.add(done);
      if (groups.size() > 1 && !mesh.json()) {
        console.out().println("group " + group + ": " + MemberWork.sentence(done.seen()));
      }
    }
    return tell(client, reached);
  }

  // ---- What is told

  private int tell(MeshClient client, List<Reached> reached) {
    MemberStep.Done done = reached.get(reached.size() - 1).done();
    List<String> others = done.left().map(left -> stillIn(client, left)).orElse(List.of());
    String sentence =
        done.left()
            .map(left -> left.node() + farewell(reached, others) + "; " + done.sentence())
            .orElse(done.sentence())
            .replaceFirst("; $", "");
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true).put("detail", sentence);
      done.left().ifPresent(left -> json.put("mayBeStopped", others.isEmpty()));
      if (reached.size() == 1) {
        MemberWork.describe(json, reached.get(0).seen());
      } else {
        ArrayNode groups = json.putArray("groups");
        reached.forEach(one -> MemberWork.describe(groups.addObject(), one.seen()));
      }
      json.set("changes", changes);
      json.put("seconds", waiting.seconds());
      console.json(json);
    } else {
      console.out().println(sentence);
      if (reached.size() == 1) {
        console.out().println(MemberWork.sentence(reached.get(0).seen()));
      }
    }
    return Exit.DONE.status();
  }

  private static String farewell(List<Reached> reached, List<String> others) {
    return others.isEmpty()
        ? " takes part no more, and may be stopped"
        : " takes part no more in "
            + reached.stream().map(one -> one.seen().group()).collect(Collectors.joining(", "))
            + ", but do not stop it yet: "
            + String.join("; ", others);
  }

  /** What else a node has to do that has left a group: it must not be stopped before. */
  private List<String> stillIn(MeshClient client, Named left) {
    List<String> still = new ArrayList<>();
    for (MembersSurvey survey : surveys(client)) {
      if (survey.seen().isEmpty()) {
        still.add("no member of group " + survey.group() + " answers");
        continue;
      }
      for (Member member : left.among(survey.seen().get().newest())) {
        still.add((member.voter() ? "it votes in " : "it learns in ") + survey.group());
      }
    }
    return still;
  }

  private int failed(Failure failure) {
    ObjectNode more = Answers.object();
    more.set("changes", changes);
    return failure.tell(console, mesh, name, more);
  }
}
