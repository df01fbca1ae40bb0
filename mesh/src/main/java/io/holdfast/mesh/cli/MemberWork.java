package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MembersView.Member;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.PostReply;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Takes a group's members to where a {@link MemberGoal} wants them, one step after the other. */
final class MemberWork {

  /** Refusals that pass by themselves. */
  private static final Set<String> PASSING =
      Set.of("change_in_progress", "configuration_changed", "not_caught_up");

  /** Refusals of a replica that stay until somebody has been at that node. */
  private static final Set<String> HOPELESS = Set.of("settings_differ", "store_unusable");

  private final MeshClient client;
  private final MeshOptions mesh;
  private final List<MeshEndpoint> endpoints;
  private final GroupId group;
  private final Waiting waiting;
  private final boolean newcomer;
  private final ArrayNode changes;

  /**
   * @param newcomer whether a node was let in just now, which does not know all groups yet
   * @param changes takes a description of each change that was made
   */
  MemberWork(
      MeshClient client,
      MeshOptions mesh,
      List<MeshEndpoint> endpoints,
      GroupId group,
      Waiting waiting,
      boolean newcomer,
      ArrayNode changes) {
    this.client = client;
    this.mesh = mesh;
    this.endpoints = endpoints;
    this.group = group;
    this.waiting = waiting;
    this.newcomer = newcomer;
    this.changes = changes;
  }

  /** How it ended. */
  sealed interface Ended {}

  /** The members are as they shall be. */
  record Reached(MemberStep.Done done, MembersView seen) implements Ended {}

  /** They are not. */
  record Failed(Failure failure) implements Ended {}

  /** Works until the goal is reached, refused, or the bound is over. */
  Ended reach(MemberGoal goal) {
    while (true) {
      NodeSurvey nodes = NodeSurvey.from(client, endpoints, mesh.shortWait());
      MembersSurvey survey = MembersSurvey.of(group, client, nodes, mesh.shortWait());
      if (nodes.answered().isEmpty() && changes.isEmpty()) {
        return new Failed(Failure.unreachable(nodes));
      }
      if (survey.isOfUnknownGroup(client, mesh.shortWait())) {
        return new Failed(Failure.unknownGroup(group));
      }
      Optional<Ended> end =
          survey.seen().isPresent()
              ? step(goal, survey.seen().get(), nodes)
              : waiting("no member of group " + group + " answers");
      if (end.isPresent()) {
        return end.get();
      }
      if (waiting.isOver()) {
        return new Failed(waiting.failure());
      }
      waiting.pause();
    }
  }

  /** One step; how it ended where it was the last. */
  private Optional<Ended> step(MemberGoal goal, MembersView seen, NodeSurvey nodes) {
    MemberStep step = goal.next(seen, nodes);
    if (step instanceof MemberStep.Done done) {
      return Optional.of(new Reached(done, seen));
    }
    if (step instanceof MemberStep.Refuse refuse) {
      return failed(Exit.REFUSED, refuse.code(), refuse.sentence());
    }
    if (step instanceof MemberStep.Wait wait) {
      return waiting(wait.what());
    }
    return step instanceof MemberStep.Host host
        ? host(host.node(), seen, nodes)
        : ask(((MemberStep.Ask) step).change(), seen, nodes);
  }

  private Optional<Ended> waiting(String what) {
    waiting.on(what);
    return Optional.empty();
  }

  private static Optional<Ended> failed(Exit exit, String code, String sentence) {
    return Optional.of(new Failed(new Failure(exit, code, sentence)));
  }

  private Optional<Ended> host(String node, MembersView seen, NodeSurvey nodes) {
    MeshEndpoint door = nodes.doorOf(node).orElseThrow();
    ObjectNode body = Answers.object().put("settings", seen.settings());
    PostReply reply =
        Answers.await(client.post(door, "/v1/groups/" + group + "/replica", body, mesh.timeout()));
    if (reply.done()) {
      return waiting(node + " holds a replica of group " + group);
    }
    boolean hopeless =
        HOPELESS.contains(reply.code())
            || (!newcomer && reply.code().equals(OutcomeCode.UNKNOWN_GROUP.code()));
    return hopeless
        ? failed(Exit.CONFIGURATION, reply.code(), node + ": " + reply.detail())
        : waiting(node + ": " + reply.detail());
  }

  private Optional<Ended> ask(ObjectNode change, MembersView seen, NodeSurvey nodes) {
    String at =
        seen.leader().filter(leader -> nodes.doorOf(leader).isPresent()).orElse(seen.node());
    MeshEndpoint door = nodes.doorOf(at).orElseThrow();
    change.put("expectedConfiguration", seen.newestNumber());
    PostReply reply =
        Answers.await(
            client.post(door, "/v1/groups/" + group + "/members", change, mesh.timeout()));
    String what = change.path("change").asText() + " " + change.path("node").asText();
    if (reply.done()) {
      long configuration = reply.json().path("configuration").asLong();
      long from = reply.json().path("governsFrom").asLong();
      changes
          .addObject()
          .put("group", group.value())
          .put("change", change.path("change").asText())
          .put("node", change.path("node").asText())
          .put("configuration", configuration)
          .put("governsFrom", from);
      return waiting(
          "%s: configuration %d governs from slot %s".formatted(what, configuration, number(from)));
    }
    if (reply.code().equals("not_caught_up")) {
      return waiting(behind(change, seen).orElse(reply.detail()));
    }
    boolean answered = reply.status() > 0;
    boolean passing = PASSING.contains(reply.code()) || reply.status() >= 429 || !answered;
    return passing
        ? waiting(
            what + ": " + (reply.code().isEmpty() ? "" : reply.code() + ": ") + reply.detail())
        : Optional.of(new Failed(Failure.refused(reply).of(what)));
  }

  private static Optional<String> behind(ObjectNode change, MembersView seen) {
    String who = change.path(change.has("by") ? "by" : "node").asText();
    return seen.members().stream()
        .filter(member -> member.node().equals(who) && !member.voter() && member.lag() > 0)
        .map(member -> who + ": " + number(member.lag()) + " slots behind")
        .findFirst();
  }

  // ---- What is told

  /** The configuration that governs, field by field. */
  static void describe(ObjectNode json, MembersView seen) {
    json.put("group", seen.group());
    json.put("configuration", seen.configuration()).put("governsSince", seen.governsSince());
    json.put("w", seen.w()).put("prepareQuorum", seen.prepareQuorum());
    json.put("leader", seen.leader().orElse(null));
    ArrayNode voters = json.putArray("voters");
    ArrayNode learners = json.putArray("learners");
    seen.members().forEach(member -> (member.voter() ? voters : learners).add(member.node()));
    json.put("handedOver", seen.handedOver());
  }

  /** The configuration that governs, in one line. */
  static String sentence(MembersView seen) {
    return "configuration %d, since slot %s: voters %s%s; w = %d, prepare quorum %d; leader %s"
        .formatted(
            seen.configuration(),
            number(seen.governsSince()),
            names(seen.members(), true),
            seen.members().stream().allMatch(Member::voter)
                ? ""
                : ", learners " + names(seen.members(), false),
            seen.w(),
            seen.prepareQuorum(),
            seen.leader().orElse("-"));
  }

  private static String names(List<Member> members, boolean voters) {
    return String.join(
        ", ", members.stream().filter(m -> m.voter() == voters).map(Member::node).toList());
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
