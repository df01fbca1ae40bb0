package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MembersView.Member;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.MeshEndpoint;
import io.holdfast.mesh.client.PostReply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Takes a group's members to where a {@link MemberGoal} wants them, one step after the other. */
final class MemberWork {

  /** Refusals that pass by themselves. */
  private static final Set<String> PASSING =
      Set.of("change_in_progress", "configuration_changed", "not_caught_up");

  /** Refusals of a replica that stay until somebody has been at that node. */
  private static final Set<String> HOPELESS =
      Set.of("settings_differ", "unknown_group", "store_unusable");

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Console console;
  private final MeshOptions mesh;
  private final Duration bound;
  private final String name;
  private final long startedNanos = System.nanoTime();
  private final ArrayNode changes = Answers.array();
  private String waitsFor = "nothing was done yet";

  /**
   * @param bound after which it gives up
   * @param name of the verb, as it is run
   */
  MemberWork(Console console, MeshOptions mesh, Duration bound, String name) {
    this.console = console;
    this.mesh = mesh;
    this.bound = bound;
    this.name = name;
  }

  /** Works until the goal is reached, refused, or the bound is over; the exit status. */
  int reach(MemberGoal goal) {
    try (MeshClient client = mesh.connect(console)) {
      while (true) {
        MembersSurvey survey = MembersSurvey.from(client, mesh, console, mesh.shortWait());
        if (survey.nodes().answered().isEmpty() && changes.isEmpty()) {
          return mesh.unreachable(console, survey.nodes().nobody());
        }
        if (survey.isOfUnknownGroup(client, mesh)) {
          return failed(Exit.USAGE, OutcomeCode.UNKNOWN_GROUP.code(), mesh.unknownGroup());
        }
        Optional<Integer> end =
            survey.seen().isPresent()
                ? step(client, goal, survey.seen().get(), survey.nodes())
                : waiting("no member of group " + mesh.group() + " answers");
        if (end.isPresent()) {
          return end.get();
        }
        if (System.nanoTime() - startedNanos > bound.toNanos()) {
          return failed(
              Exit.UNREACHABLE,
              "not_done",
              "not done within %s; it waits for this: %s; run the same command again, it goes on"
                  .formatted(text(bound), waitsFor));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
      }
    }
  }

  /** One step; the exit status where it was the last. */
  private Optional<Integer> step(
      MeshClient client, MemberGoal goal, MembersView seen, NodeSurvey nodes) {
    MemberStep step = goal.next(seen, nodes);
    if (step instanceof MemberStep.Done done) {
      return Optional.of(tell(done.sentence(), seen));
    }
    if (step instanceof MemberStep.Refuse refuse) {
      return Optional.of(failed(Exit.REFUSED, refuse.code(), refuse.sentence()));
    }
    if (step instanceof MemberStep.Wait wait) {
      return waiting(wait.what());
    }
    return step instanceof MemberStep.Host host
        ? host(client, host.node(), seen, nodes)
        : ask(client, ((MemberStep.Ask) step).change(), seen, nodes);
  }

  private Optional<Integer> waiting(String what) {
    if (console.interactive() && !what.equals(waitsFor)) {
      console.err().println(what);
    }
    waitsFor = what;
    return Optional.empty();
  }

  private Optional<Integer> host(
      MeshClient client, String node, MembersView seen, NodeSurvey nodes) {
    MeshEndpoint door = nodes.doorOf(node).orElseThrow();
    ObjectNode body = Answers.object().put("settings", seen.settings());
    PostReply reply =
        Answers.await(
            client.post(door, "/v1/groups/" + mesh.group() + "/replica", body, mesh.timeout()));
    if (reply.done()) {
      return waiting(node + " holds a replica of group " + mesh.group());
    }
    return HOPELESS.contains(reply.code())
        ? Optional.of(failed(Exit.CONFIGURATION, reply.code(), node + ": " + reply.detail()))
        : waiting(node + ": " + reply.detail());
  }

  private Optional<Integer> ask(
      MeshClient client, ObjectNode change, MembersView seen, NodeSurvey nodes) {
    String at =
        seen.leader().filter(leader -> nodes.doorOf(leader).isPresent()).orElse(seen.node());
    MeshEndpoint door = nodes.doorOf(at).orElseThrow();
    change.put("expectedConfiguration", seen.newestNumber());
    PostReply reply =
        Answers.await(
            client.post(door, "/v1/groups/" + mesh.group() + "/members", change, mesh.timeout()));
    String what = change.path("change").asText() + " " + change.path("node").asText();
    if (reply.done()) {
      long configuration = reply.json().path("configuration").asLong();
      long from = reply.json().path("governsFrom").asLong();
      changes
          .addObject()
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
        : Optional.of(
            failed(
                reply.status() == 400 ? Exit.USAGE : Exit.REFUSED,
                reply.code(),
                what + ": " + reply.code() + ": " + reply.detail()));
  }

  private static Optional<String> behind(ObjectNode change, MembersView seen) {
    String who = change.path(change.has("by") ? "by" : "node").asText();
    return seen.members().stream()
        .filter(member -> member.node().equals(who) && !member.voter() && member.lag() > 0)
        .map(member -> who + ": " + number(member.lag()) + " slots behind")
        .findFirst();
  }

  // ---- What is told

  private int tell(String sentence, MembersView seen) {
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true).put("detail", sentence);
      describe(json, seen);
      json.set("changes", changes);
      json.put("seconds", (System.nanoTime() - startedNanos) / 1e9);
      console.json(json);
    } else {
      console.out().println(sentence);
      console.out().println(sentence(seen));
    }
    return Exit.DONE.status();
  }

  private int failed(Exit exit, String code, String sentence) {
    if (mesh.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", false)
              .put("status", exit.status())
              .put("code", code)
              .put("error", sentence);
      json.set("changes", changes);
      console.json(json);
    }
    return console.fail(exit, name + ": " + sentence);
  }

  private void describe(ObjectNode json, MembersView seen) {
    json.put("group", mesh.group().value());
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

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
