package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs at a mesh that does what it is asked for, or what it is told to. */
class MemberVerbTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Everything that the stub's four nodes share; n1 leads. */
  private final TreeMap<String, HttpServer> servers = new TreeMap<>();

  private final TreeSet<String> hosts = new TreeSet<>(List.of("n1", "n2", "n3"));
  private final TreeSet<String> voters = new TreeSet<>(List.of("n1", "n2", "n3"));
  private final TreeMap<String, Long> learners = new TreeMap<>();
  private final List<String> asked = new ArrayList<>();

  /** What the next changes are answered with, before one is made: status and code. */
  private final Deque<String> refusals = new ArrayDeque<>();

  private long configuration;
  private int looksUntilItGoverns;
  private boolean handedOver = true;

  @BeforeEach
  void start() throws IOException {
    for (String node : List.of("n1", "n2", "n3", "n4")) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", exchange -> answer(node, exchange));
      servers.put(node, server);
      server.start();
    }
  }

  @AfterEach
  void stop() {
    servers.values().forEach(server -> server.stop(0));
  }

  private String door(String node) {
    HttpServer server = servers.get(node);
    return server == null ? "" : "127.0.0.1:" + server.getAddress().getPort();
  }

  private synchronized void answer(String node, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean post = exchange.getRequestMethod().equals("POST");
    JsonNode body = post ? JSON.readTree(exchange.getRequestBody()) : JSON.createObjectNode();
    int status = 200;
    ObjectNode answer;
    if (path.equals("/v1/status")) {
      answer = status(node);
    } else if (!path.startsWith("/v1/groups/main")) {
      status = 404;
      answer = JSON.createObjectNode().put("code", "unknown_group");
    } else if (path.endsWith("/replica")) {
      hosts.add(node);
      asked.add("host " + node + " " + body.path("settings").asText());
      answer = JSON.createObjectNode().put("code", "hosted");
    } else if (!post) {
      answer = members(node);
    } else {
      asked.add(text(body));
      String refusal = refusals.isEmpty() ? change(body) : refusals.pop();
      status = refusal.isEmpty() ? 200 : Integer.parseInt(refusal.substring(0, 3));
      answer =
          refusal.isEmpty()
              ? JSON.createObjectNode()
                  .put("code", "changed")
                  .put("configuration", configuration)
                  .put("governsFrom", 100 * configuration)
              : JSON.createObjectNode().put("code", refusal.substring(4)).put("detail", "told so");
    }
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String text(JsonNode body) {
    String by = body.path("by").asText("");
    return body.path("change").asText()
        + " "
        + body.path("node").asText()
        + "#"
        + body.path("incarnation").asText()
        + (by.isEmpty() ? "" : " by " + by + "#" + body.path("byIncarnation").asText())
        + (body.has("acceptQuorum") ? " w=" + body.path("acceptQuorum").asText() : "")
        + " at "
        + body.path("expectedConfiguration").asText("none");
  }

  private String change(JsonNode body) {
    String node = body.path("node").asText();
    switch (body.path("change").asText()) {
      case "add" -> learners.put(node, 1000L);
      case "promote" -> {
        if (learners.getOrDefault(node, 0L) > 0) {
          learners.merge(node, -500L, Long::sum); // it catches up, one look after the other
          return "409 not_caught_up";
        }
        learners.remove(node);
        voters.add(node);
      }
      case "replace" -> {
        voters.remove(node);
        learners.remove(body.path("by").asText());
        voters.add(body.path("by").asText());
      }
      default -> {
        voters.remove(node);
        learners.remove(node);
      }
    }
    configuration++;
    looksUntilItGoverns = 2;
    return "";
  }

  private ObjectNode status(String node) {
    ObjectNode status =
        JSON.createObjectNode()
            .put("node", node)
            .put("incarnation", "00000000000000a" + node.substring(1))
            .put("state", "running")
            .put("httpAddr", door(node));
    ArrayNode peers = status.putArray("peers");
    servers
        .keySet()
        .forEach(
            peer -> {
              if (!peer.equals(node)) {
                peers.addObject().put("node", peer).put("httpAddr", door(peer));
              }
            });
    ArrayNode groups = status.putArray("groups");
    if (hosts.contains(node)) {
      groups.addObject().put("group", "main");
    }
    return status;
  }

  private ObjectNode members(String node) {
    boolean governs = looksUntilItGoverns == 0;
    if (node.equals("n1") && !governs) {
      looksUntilItGoverns--;
    }
    ObjectNode view =
        JSON.createObjectNode()
            .put("group", "main")
            .put("node", node)
            .put(
                "role",
                node.equals("n1") ? "leading" : voters.contains(node) ? "following" : "outside")
            .put("configuration", configuration - (governs ? 0 : 1))
            .put("governsSince", 100 * configuration)
            .put("w", 2)
            .put("prepareQuorum", 2)
            .put("leader", "n1")
            .put("chosen", 12_345)
            .put("handedOver", handedOver && governs)
            .put("settings", "theirs");
    everyone(view.putArray("members"));
    if (!governs) {
      ObjectNode next = view.putObject("next");
      next.put("configuration", configuration).put("governsFrom", 100 * configuration);
      everyone(next.putArray("members"));
    }
    return view;
  }

  private void everyone(ArrayNode list) {
    for (String voter : voters) {
      member(list, voter, "voter", 0);
    }
    learners.forEach((learner, lag) -> member(list, learner, "learner", lag));
  }

  private static void member(ArrayNode list, String node, String role, long lag) {
    list.addObject()
        .put("node", node)
        .put("incarnation", "00000000000000a" + node.substring(1))
        .put("role", role)
        .put("leader", node.equals("n1"))
        .put("alive", true)
        .put("learned", 12_345 - lag)
        .put("lag", lag);
  }

  private CommandRun member(String... more) {
    List<String> arguments = new ArrayList<>(List.of("member"));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--endpoints", door("n2")));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void listsVotersAndLearnersAsTheLeaderSeesThem() {
    learners.put("n4", 1203L);

    CommandRun run = member("list");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out())
        .containsPattern("n1 +00000000000000a1 +voter +yes +yes +12,345 +0")
        .containsPattern("n4 +00000000000000a4 +learner +- +yes +11,142 +1,203")
        .contains("configuration 0, since slot 0: voters n1, n2, n3, learners n4; w = 2");
    JsonNode json = member("list", "--json").json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("node").asText()).isEqualTo("n1");
    assertThat(json.path("members")).hasSize(4);
  }

  @Test
  void addMakesAReplicaThenALearnerAndPromotesItOnceItHasCaughtUp() {
    CommandRun run = member("add", "n4", "--accept-quorum", "3", "--json");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    String promote = "promote n4#00000000000000a4 w=3 at 1";
    assertThat(asked)
        .containsExactly(
            "host n4 theirs", "add n4#00000000000000a4 at 0", promote, promote, promote);
    JsonNode json = run.json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("configuration").asLong()).isEqualTo(2);
    assertThat(json.path("voters")).hasSize(4);
    assertThat(json.path("changes").findValuesAsText("change")).containsExactly("add", "promote");
    assertThat(json.path("seconds").isNumber()).isTrue();
    assertThat(run.out().lines()).hasSize(1);
  }

  @Test
  void runAgainItFindsDoneWhatIsDone() {
    assertThat(member("add", "n4", "--learner").exit()).isEqualTo(0);
    assertThat(asked).containsExactly("host n4 theirs", "add n4#00000000000000a4 at 0");

    CommandRun again = member("add", "n4", "--learner");

    assertThat(again.exit()).isEqualTo(0);
    assertThat(again.out()).contains("n4 learns, without a vote");
    assertThat(asked).hasSize(2);
    assertThat(member("promote", "n4").exit()).isEqualTo(0);
    assertThat(voters).contains("n4");
  }

  @Test
  void givesUpAfterItsBoundAndSaysWhatItWaitsFor() {
    learners.put("n4", 10_000_000L);
    hosts.add("n4");

    CommandRun run = member("add", "n4", "--wait", "600ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .containsPattern("not done within 600ms; it waits for this: n4: 9,99[0-9],[0-9]{3} slots")
        .contains("run the same command again");
  }

  @Test
  void replaceIsOneStepOfALearnerAndTellsWhoMayBeStopped() {
    CommandRun run = member("replace", "n2", "n4");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(asked)
        .containsExactly(
            "host n4 theirs",
            "add n4#00000000000000a4 at 0",
            "replace n2#00000000000000a2 by n4#00000000000000a4 at 1");
    assertThat(run.out())
        .contains("n2 takes part no more, and may be stopped; n4 votes in its place")
        .contains("configuration 2, since slot 200: voters n1, n3, n4; w = 2");
    assertThat(member("replace", "n2", "n4").exit()).as("again").isEqualTo(0);
    assertThat(asked).hasSize(3);
  }

  @Test
  void removeSaysNotToStopANodeThatMayBeTheOnlyOneToKnow() {
    handedOver = false;

    CommandRun run = member("remove", "n3", "--wait", "4s");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("do not stop n3 yet", "has not learned all before slot 100");
    handedOver = true;
    CommandRun again = member("remove", "n3");
    assertThat(again.exit()).isEqualTo(0);
    assertThat(again.out()).contains("n3 takes part no more, and may be stopped");
    assertThat(asked).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "409 change_in_progress",
        "412 configuration_changed",
        "503 no_leader",
        "503 outcome_unknown",
        "429 overloaded"
      })
  void asksAgainWhatPassesByItself(String refusal) {
    refusals.add(refusal);

    assertThat(member("remove", "n3").exit()).isEqualTo(0);
    assertThat(asked).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"would_lose_quorum", "last_member", "too_many_members", "name_taken"})
  void tellsARefusalThatWaitingDoesNotCure(String code) {
    refusals.add("409 " + code);

    CommandRun run = member("remove", "n3", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("member remove: remove n3: " + code + ": told so");
    assertThat(run.json().path("ok").asBoolean(true)).isFalse();
    assertThat(run.json().path("code").asText()).isEqualTo(code);
    assertThat(asked).hasSize(1);
  }

  @Test
  void refusesWhatCannotBeBeforeItAsksForAnything() {
    assertThat(member("remove", "n9").exit()).isEqualTo(1);
    assertThat(member("promote", "n4").err()).contains("holdfast member add n4");
    assertThat(member("replace", "n9", "n4").err()).contains("has no vote that could be passed on");
    assertThat(member("replace", "n1", "n2").err()).contains("n2 has a vote already");
    assertThat(member("add", "no/name").exit()).isEqualTo(4);
    assertThat(member("add", "n4", "--learner", "--accept-quorum", "2").exit()).isEqualTo(4);
    assertThat(member().exit()).isEqualTo(4);
    assertThat(asked).isEmpty();
  }

  @Test
  void replaceNeverSaysOfANodeThatHadNoVoteThatItMayBeStopped() {
    CommandRun misspelt = member("replace", "n9", "n1", "--json");
    learners.put("n4", 0L);
    CommandRun learner = member("replace", "n4", "n1");

    assertThat(misspelt.exit()).isEqualTo(1);
    assertThat(misspelt.json().path("code").asText()).isEqualTo("not_a_member");
    assertThat(misspelt.err()).contains("n9 has no vote that could be passed on");
    assertThat(learner.exit()).isEqualTo(1);
    assertThat(learner.out()).doesNotContain("may be stopped");
    assertThat(learner.err()).contains("n4 has no vote that could be passed on");
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "remove n3"})
  void saysAtOnceThatThereIsNoSuchGroup(String verb) {
    List<String> arguments = new ArrayList<>(List.of(verb.split(" ")));
    arguments.addAll(List.of("--group", "mian"));

    CommandRun run = member(arguments.toArray(String[]::new));

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).contains("unknown_group: no node that answers has a group mian");
  }

  @Test
  void waitsForANodeThatDoesNotAnswer() {
    CommandRun run = member("add", "n5", "--wait", "300ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("n5 does not answer: start it");
    assertThat(asked).isEmpty();
  }

  @Test
  void exitsWithTwoWhereNobodyAnswers() {
    for (String[] verb : new String[][] {{"list"}, {"remove", "n1"}}) {
      List<String> arguments = new ArrayList<>(List.of("member"));
      arguments.addAll(List.of(verb));
      arguments.addAll(List.of("--endpoints", "127.0.0.1:1", "--timeout", "300ms"));
      CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err()).contains("no node answers at 127.0.0.1:1", "holdfast status");
    }
  }
}
