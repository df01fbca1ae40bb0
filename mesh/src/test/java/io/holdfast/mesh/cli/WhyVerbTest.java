package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The verb at nodes that say what they are told to. */
class WhyVerbTest {

  private static final String ID = "01890a5d-ac96-774b-bcce-b302099a8057";
  private static final String NAMES = "\"n1\",\"n2\",\"n3\"";

  private final Map<String, HttpServer> servers = new TreeMap<>();
  private final Map<String, String> facts = new TreeMap<>();
  private final Map<String, String> stories = new TreeMap<>();

  /** A node that answers, and says so of itself. */
  private void start(String name, String role, String... hears) throws IOException {
    String heard =
        List.of(hears).stream().map(one -> '"' + one + '"').collect(Collectors.joining(","));
    String others =
        List.of("n1", "n2", "n3").stream()
            .filter(one -> !one.equals(name))
            .map(
                one -> witness(one, false, List.of(hears).contains(one), "null", "following", 2500))
            .collect(Collectors.joining(","));
    facts.put(
        name,
        """
        {"group":"main","configurations":[{"number":0,"voters":[%s],"w":2,"prepareQuorum":2}],
         "witnesses":[%s,%s],"evidence":{"required":false,"needed":0,"given":[]},"sealed":false}"""
            .formatted(NAMES, witness(name, true, true, "[" + heard + "]", role, 0), others));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(name, exchange));
    server.start();
    servers.put(name, server);
  }

  private static String witness(
      String node, boolean own, boolean answers, String hears, String role, long age) {
    return """
{"node":"%s","own":%s,"answers":%s,"serves":true,"equality":"equal","ageMillis":%d,
 "hears":%s,"role":"%s","leader":null,"promised":"1.n1","highest":"1.n1","reasons":["%s"]}"""
        .formatted(node, own, answers, age, hears, role, own ? "" : node + " is silent for 2.5 s")
        .replace("\"reasons\":[\"\"]", "\"reasons\":[]");
  }

  private void answer(String name, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body;
    int status = 200;
    if (path.equals("/v1/status")) {
      body =
          """
          {"node":"%s","httpAddr":"%s","peers":[],"groups":[
            {"group":"main","role":"following","members":[%s]}]}"""
              .formatted(name, address(name), NAMES);
    } else if (path.equals("/v1/groups/main/why")) {
      body = "{\"node\":\"" + name + "\",\"facts\":" + facts.get(name) + "}";
    } else if (path.equals("/v1/groups/main/writes/" + ID + "/story")
        && stories.containsKey(name)) {
      body = stories.get(name);
    } else {
      status = 403;
      body = "{\"code\":\"denied\",\"detail\":\"not for you\"}";
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String address(String name) {
    return "127.0.0.1:" + Objects.requireNonNull(servers.get(name)).getAddress().getPort();
  }

  private void story(String name, String recorded, String slot, String... events) {
    stories.put(
        name,
        """
        {"writeId":"%s","group":"main","node":"%s","nowMillis":9000,"recorded":"%s","slot":%s,
         "rememberedSinceMillis":100,"clocks":[],"events":[%s]}"""
            .formatted(ID, name, recorded, slot, String.join(",", events)));
  }

  private static String event(long atMillis, String what, String... members) {
    return """
           {"atMillis":%d,"what":"%s","slot":7,"ballot":3,"members":[%s],"detail":"it was %s"}"""
        .formatted(
            atMillis,
            what,
            List.of(members).stream().map(one -> '"' + one + '"').collect(Collectors.joining(",")),
            what);
  }

  @AfterEach
  void stop() {
    servers.values().forEach(server -> server.stop(0));
  }

  private CommandRun why(String... more) {
    List<String> arguments = new ArrayList<>(List.of("why", "--endpoints"));
    arguments.add(servers.keySet().stream().map(this::address).collect(Collectors.joining(",")));
    arguments.addAll(List.of(more));
    // On a busy machine a node may take longer than it is waited for.
    return await("all of " + servers.keySet() + " to answer in time")
        .atMost(Duration.ofSeconds(90))
        .until(() -> CommandRun.of(arguments.toArray(String[]::new)), this::heardAll);
  }

  private boolean heardAll(CommandRun run) {
    String all = run.out() + run.err();
    return servers.keySet().stream().noneMatch(name -> all.contains(address(name) + "\""))
        && servers.keySet().stream().noneMatch(name -> all.contains("from " + address(name)));
  }

  @Test
  void wordsOfBothSidesOfAPartitionArePutTogether() throws IOException {
    start("n1", "leading", "n1");
    start("n2", "following", "n2", "n3");
    start("n3", "leading", "n2", "n3");

    CommandRun run = why("main");

    assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(0);
    assertThat(run.out())
        .startsWith("group main can write, read and elect: n3 leads")
        .contains("n1 leads and reaches nobody but itself; a write takes 2");
  }

  @Test
  void groupThatIsBlockedExitsOneAndNamesTheSets() throws IOException {
    start("n1", "leading", "n1");

    CommandRun run = why("--json");
    JsonNode main = run.json().path("groups").path(0);

    assertThat(run.exit()).as(run.err()).isEqualTo(1);
    assertThat(run.json().path("ok").asBoolean(true)).isFalse();
    assertThat(main.path("unblock").toString()).isEqualTo("[[\"n2\"],[\"n3\"]]");
    assertThat(main.path("missing").path(0).path("reason").asText())
        .isEqualTo("n2 is silent for 2.5 s");
    assertThat(main.path("ballots").path(1).path("ageMillis").asLong()).isEqualTo(2500);
    assertThat(why().out())
        .contains("start n2 or n3", "returning  n2, or n3 unblocks it", "2.5 s ago");
  }

  @Test
  void linksToMendAreNamedWhereEverybodyRuns() throws IOException {
    start("n1", "leading", "n1");
    start("n2", "following", "n2");
    start("n3", "following", "n3");

    CommandRun run = why("main", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().path("groups").path(0).path("heal"))
        .hasSize(3)
        .first()
        .hasToString("[{\"one\":\"n1\",\"other\":\"n2\"}]");
    assertThat(why("main").out())
        .contains("mending    n1-n2, or n1-n3, or n2-n3 unblocks it")
        .doesNotContain("returning");
  }

  @Test
  void storiesArePutTogetherAndSilentMembersNamed() throws IOException {
    start("n1", "leading", "n1", "n2", "n3");
    start("n2", "following", "n1", "n2", "n3");
    story(
        "n1",
        "committed",
        "7",
        event(1000, "proposed", "n1", "n2", "n3"),
        event(1004, "acknowledged", "n1"),
        event(1006, "acknowledged", "n2"));
    story("n2", "committed", "7", event(1002, "asked", "n1"), event(1005, "persisted"));

    CommandRun run = why("--write", ID, "--json");
    JsonNode story = run.json().path("story");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(story.path("events").findValuesAsText("what"))
        .containsExactly("proposed", "asked", "acknowledged", "persisted", "acknowledged");
    assertThat(story.path("unacknowledged").toString()).isEqualTo("[\"n3\"]");
    assertThat(story.path("nodes").path(2).path("state").asText()).isEqualTo("silent");
    assertThat(why("main", "--write", ID).out())
        .startsWith(
            "write " + ID + " in group main: committed in slot 7; no acknowledgement came from n3")
        .contains("+0", "n3: it does not answer");
  }

  @Test
  void memberWithoutMemoryOfItHasForgotten() throws IOException {
    start("n1", "leading", "n1");
    story("n1", "committed", "7");

    JsonNode story = why("--write", ID, "--json").json().path("story");

    assertThat(story.path("known").asBoolean()).isTrue();
    assertThat(story.path("nodes").path(0).path("state").asText()).isEqualTo("forgotten");
  }

  @Test
  void writeThatNobodyKnowsExitsOne() throws IOException {
    start("n1", "leading", "n1");
    story("n1", "unknown", "null");

    CommandRun run = why("--write", ID);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).contains("no node that answers has seen it");
  }

  @Test
  void storyThatNobodyTellsExitsTwo() throws IOException {
    start("n1", "leading", "n1");

    CommandRun run = why("--write", ID);

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("not for you");
  }

  @Test
  void meshThatDoesNotAnswerExitsTwo() {
    assertThat(CommandRun.of("why", "--endpoints", "127.0.0.1:1", "--timeout", "300ms").exit())
        .isEqualTo(2);
  }

  @Test
  void wrongArgumentsExitFour() {
    assertThat(CommandRun.of("why", "--write", "17").exit()).isEqualTo(4);
    assertThat(CommandRun.of("why", "main", "--group", "other").exit()).isEqualTo(4);
    assertThat(CommandRun.of("why", "NOT/ONE").exit()).isEqualTo(4);
  }
}
