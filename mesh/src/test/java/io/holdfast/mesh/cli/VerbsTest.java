package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.mesh.client.FakeFrontDoor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerbsTest {

  private final FakeFrontDoor door = FakeFrontDoor.start();

  @AfterEach
  void stop() {
    door.close();
  }

  @Test
  void putTellsWhoAcknowledged() {
    CommandRun run = run("put", "greeting", "hello");
    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out())
        .contains("committed revision 1")
        .contains("2 of 3 acknowledged, 2 needed")
        .contains("n1 acked 0.4 ms");
    assertThat(door.value("greeting")).contains("hello");
  }

  @Test
  void putWithJsonEndsWithOneObject() {
    JsonNode json = run("put", "greeting", "hello", "--json").json();
    assertThat(json.path("code").asText()).isEqualTo("committed");
    assertThat(json.path("modRevision").asLong()).isEqualTo(1);
    assertThat(json.path("acks").path("members").path(0).path("node").asText()).isEqualTo("n1");
    assertThat(json.path("attempts").asInt()).isEqualTo(1);
  }

  @Test
  void putReadsItsValueFromStandardInputOrAFile(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("v"), "from a file");
    assertThat(
            CommandRun.with(configured(), "from a pipe", Optional.empty(), "put", "a", "-").exit())
        .isEqualTo(0);
    assertThat(run("put", "b", "@" + file).exit()).isEqualTo(0);
    assertThat(run("put", "c", "@@home").exit()).isEqualTo(0);
    assertThat(door.value("a")).contains("from a pipe");
    assertThat(door.value("b")).contains("from a file");
    assertThat(door.value("c")).contains("@home");
  }

  @Test
  void putOfAFileThatIsNotThereIsAnIoFailure() {
    CommandRun run = run("put", "a", "@/no/such/file");
    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err().lines()).singleElement().asString().contains("/no/such/file");
  }

  @Test
  void putRefusesByMeaningWhenTheRevisionIsAnother() {
    assertThat(run("put", "k", "1", "--if-absent").exit()).isEqualTo(0);
    CommandRun run = run("put", "k", "2", "--if-absent", "--json");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().path("code").asText()).isEqualTo("compare_failed");
    assertThat(run("put", "k", "2", "--if-revision", "1").exit()).isEqualTo(0);
  }

  @Test
  void putRepeatedUnderItsIdTakesEffectOnce() {
    String id = run("put", "k", "v", "--json").json().path("writeId").asText();
    JsonNode again = run("put", "k", "v", "--write-id", id, "--json").json();
    assertThat(again.path("replayed").asBoolean()).isTrue();
    assertThat(door.version("k")).isEqualTo(1);
  }

  @Test
  void aQuorumNotMetExitsTwoAndNamesTheIdToRetry() {
    for (int i = 0; i < 60; i++) {
      door.answer(
          503,
          "{\"code\":\"quorum_not_met\",\"reason\":\"timeout\",\"detail\":\"1 of 3 answered\","
              + "\"n\":3,\"w\":2,\"got\":1,\"needed\":1,\"members\":[]}");
    }
    CommandRun run = run("put", "k", "v", "--timeout", "3s");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("quorum_not_met (timeout)", "1 of 3 acknowledged, 2 needed", "--write-id");
  }

  @Test
  void getPrintsTheBytesAsTheyAre() {
    run("put", "k", "line\nnext");
    CommandRun run = run("get", "k");
    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out()).isEqualTo("line\nnext");
  }

  @Test
  void getWithJsonTellsRevisions() {
    run("put", "k", "v");
    JsonNode json = run("get", "k", "--json").json();
    assertThat(json.path("found").asBoolean()).isTrue();
    assertThat(json.path("value").asText()).isEqualTo("v");
    assertThat(json.path("modRevision").asLong()).isEqualTo(1);
    assertThat(json.path("version").asLong()).isEqualTo(1);
  }

  @Test
  void getOfAKeyThatIsNotThereIsRefusedByMeaning() {
    CommandRun run = run("get", "none");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no key 'none'");
  }

  @Test
  void deleteRemovesAKeyAndSucceedsWithoutOne() {
    run("put", "k", "v");
    assertThat(run("delete", "k").exit()).isEqualTo(0);
    assertThat(door.value("k")).isEmpty();
    CommandRun again = run("delete", "k");
    assertThat(again.exit()).isEqualTo(0);
    assertThat(again.out()).contains("nothing changed");
  }

  @Test
  void statusShowsNodesAndGroups() {
    CommandRun run = run("status");
    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out()).contains("n1", "leading", " 12s ", "2/3", "abcdef01");
    JsonNode json = run("status", "--json").json();
    assertThat(json.path("nodes").path(0).path("node").asText()).isEqualTo("n1");
    assertThat(json.path("unreachable").isEmpty()).isTrue();
  }

  @Test
  void anUnreachableMeshExitsTwo() {
    CommandRun run = CommandRun.of("get", "k", "--endpoints", "127.0.0.1:1", "--timeout", "300ms");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains("holdfast status");
  }

  @Test
  void quorumPlanHasThePinnedKeys() {
    JsonNode json = CommandRun.of("quorum-plan", "-n", "5", "--json").json();
    assertThat(json.path("n").asInt()).isEqualTo(5);
    JsonNode majority = json.path("plans").path(2);
    assertThat(majority.path("w").asInt()).isEqualTo(3);
    assertThat(majority.path("prepareQuorum").asInt()).isEqualTo(3);
    assertThat(majority.path("writesSurvive").asInt()).isEqualTo(2);
    assertThat(majority.path("electionSurvives").asInt()).isEqualTo(2);
  }

  @Test
  void wrongArgumentsExitFourInOneLine() {
    List<String[]> wrong =
        List.of(
            new String[] {},
            new String[] {"bogus"},
            new String[] {"get"},
            new String[] {"put", "k", "v", "--timeout", "soon"},
            new String[] {"put", "k", "v", "--endpoints", "nowhere"},
            new String[] {"put", "k", "v", "--if-absent", "--if-revision", "3"},
            new String[] {"get", "k", "--group", "Not A Group"},
            new String[] {"quorum-plan", "-n", "0"},
            new String[] {"bench", "sing"});
    for (String[] arguments : wrong) {
      CommandRun run = CommandRun.of(arguments);
      assertThat(run.exit()).as(String.join(" ", arguments)).isEqualTo(4);
      assertThat(run.err().lines()).as(String.join(" ", arguments)).hasSize(1);
    }
  }

  @Test
  void verbThatIsNamedFirstIsTheOnlyOneLookedAtUnlessItIsAboutAll() {
    int all = verbsFor();
    assertThat(verbsFor("put", "a", "b")).isEqualTo(1);
    assertThat(verbsFor("local", "status")).isEqualTo(1);
    assertThat(verbsFor("completion")).isEqualTo(all);
    assertThat(verbsFor("--help")).isEqualTo(all);
    assertThat(verbsFor("putt")).isEqualTo(all);
    assertThat(all).isGreaterThan(20);
  }

  private static int verbsFor(String... arguments) {
    return HoldfastCommand.create(Console.system(), Optional.empty(), arguments)
        .getSubcommands()
        .size();
  }

  @Test
  void everyVerbShowsAnExample() {
    HoldfastCommand.create(Console.system(), Optional.empty())
        .getSubcommands()
        .keySet()
        .forEach(
            verb -> {
              CommandRun run = CommandRun.of(verb, "--help");
              assertThat(run.exit()).isEqualTo(0);
              assertThat(run.out()).as(verb).contains("Example").contains("--json");
            });
  }

  @Test
  void benchHasThePinnedKeys() {
    CommandRun run =
        run(
            "bench",
            "mixed",
            "--clients",
            "4",
            "--seconds",
            "1",
            "--warmup",
            "0",
            "--keys",
            "10",
            "--json");
    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    List<String> names = new ArrayList<>();
    run.json().fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .contains(
            "workload",
            "clients",
            "seconds",
            "warmupSeconds",
            "ratePerSecond",
            "errors",
            "p50Millis",
            "p99Millis",
            "p999Millis");
    assertThat(run.json().path("ratePerSecond").asDouble()).isPositive();
    assertThat(run.json().path("errors").asLong()).isZero();
  }

  @Test
  void failureWithJsonEndsWithOneObjectThatSaysWhatTheLineSays() {
    CommandRun wrong = CommandRun.of("quorum-plan", "-n", "x", "--json");
    assertThat(wrong.exit()).isEqualTo(4);
    assertThat(wrong.json().path("ok").asBoolean(true)).isFalse();
    assertThat(wrong.json().path("status").asInt()).isEqualTo(4);
    assertThat(wrong.json().path("error").asText()).contains("'x' is not an int");
    CommandRun unreachable =
        CommandRun.of("get", "a", "--endpoints=127.0.0.1:1", "--timeout=300ms", "--json");
    assertThat(unreachable.exit()).isEqualTo(2);
    assertThat(unreachable.json().path("error").asText()).contains("no endpoint answered");
    assertThat(CommandRun.of("quorum-plan", "-n", "x").out()).isEmpty();
  }

  @Test
  void nodeReportsEveryWrongSettingAtOnceAndMakesNoDirectory(@TempDir Path dir) throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("wrong.conf"),
            "holdfast.groups = [{ name = main, w = 2 }]\nholdfast.coordinator.alfa = 1");
    Path home = dir.resolve("home");
    CommandRun run = node(home, "--config=" + file, "--set=holdfast.quorum.ack-timeout=soon");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err())
        .contains("holdfast.groups[0].w = 2")
        .contains("allowed is 1 to 1, as n = 1")
        .contains("did you mean holdfast.coordinator.alpha?")
        .contains("holdfast.quorum.ack-timeout = \"soon\" (command line): allowed is 1ms to 1h");
    assertThat(run.json().path("status").asInt()).isEqualTo(7);
    assertThat(run.json().path("details")).hasSize(3);
    assertThat(home).doesNotExist();
  }

  @Test
  void nodeSaysInOneLineWhyADirectoryCannotBeUsed(@TempDir Path dir) throws Exception {
    Path foreign = dir.resolve("foreign");
    DataDirectory.open(foreign, "holdfast", new NodeId("n7")).close();
    CommandRun run = node(foreign);
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err().lines()).hasSize(1).first().asString().contains("belongs to node n7");
    Path file = Files.writeString(dir.resolve("file"), "x");
    for (Path place : List.of(file, file.resolve("below"))) {
      run = node(place);
      assertThat(run.exit()).isEqualTo(5);
      assertThat(run.err().lines()).hasSize(1).first().asString().contains("next: set holdfast");
    }
    assertThat(run.json().path("error").asText()).contains("cannot be made");
  }

  @Test
  void upStartsNothingWithSettingsThatNoNodeWouldTake(@TempDir Path dir) {
    Path home = dir.resolve("mesh");
    CommandRun run =
        CommandRun.of("up", "-n=3", "--dir=" + home, "--set=holdfast.groups=[{name=main,w=4}]");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.err())
        .contains("holdfast.groups[0].w = 4 (command line): allowed is 1 to 3, as n = 3");
    assertThat(CommandRun.of("up", "--dir=" + home, "--set=foo").exit()).isEqualTo(4);
    assertThat(home).doesNotExist();
  }

  @Test
  void nodeHandsItsOptionsToTheRunnerAsSettings() {
    Map<String, String> given = new HashMap<>();
    NodeRunner runner =
        (config, overrides, console) -> {
          given.putAll(overrides);
          return Exit.CONFIGURATION.status();
        };
    CommandRun run =
        CommandRun.with(
            Map.of(),
            "",
            Optional.of(runner),
            "node",
            "--id=n2",
            "--http-addr=127.0.0.1:8102",
            "--mesh-addr=127.0.0.1:4102",
            "--data-dir=/data",
            "--peers=n1@h:1,n2@h:2",
            "--set",
            "holdfast.quorum.ack-timeout=1s");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(given)
        .containsOnly(
            Map.entry("holdfast.node.id", "n2"),
            Map.entry("holdfast.node.data-dir", "/data"),
            Map.entry("holdfast.http.addr", "127.0.0.1:8102"),
            Map.entry("holdfast.mesh.addr", "127.0.0.1:4102"),
            Map.entry("holdfast.mesh.peers", "n1@h:1,n2@h:2"),
            Map.entry("holdfast.quorum.ack-timeout", "1s"));
  }

  @Test
  void completionKnowsTheVerbs() {
    assertThat(CommandRun.of("completion").out()).contains("quorum-plan", "bench");
  }

  private static CommandRun node(Path home, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "node",
                "--json",
                "--id=n1",
                "--http-addr=127.0.0.1:0",
                "--mesh-addr=127.0.0.1:1",
                "--data-dir=" + home));
    arguments.addAll(List.of(more));
    return CommandRun.with(
        Map.of(), "", Optional.of(new MeshNodeRunner()), arguments.toArray(String[]::new));
  }

  private CommandRun run(String... arguments) {
    return CommandRun.with(configured(), "", Optional.empty(), arguments);
  }

  private Map<String, String> configured() {
    return Map.of("HOLDFAST_ENDPOINTS", door.endpoint().toString());
  }
}
