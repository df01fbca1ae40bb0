package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupVerbTest {

  private final StubMesh mesh = StubMesh.of("main", "meta");

  @AfterEach
  void stop() {
    mesh.close();
  }

  @Test
  void listsGroupsWithTheirLeaders() {
    mesh.group("main").voters.remove("n1#a1");

    CommandRun run = mesh.run("group", "list");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out())
        .containsPattern("NAME +STATE +MEMBERS +W +LEADER")
        .containsPattern("main +serving +n2,n3 +2 +n2")
        .containsPattern("meta +serving +n1,n2,n3 +2 +n1");
    JsonNode json = mesh.run("group", "list", "--json").json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("version").asLong()).isEqualTo(7);
    JsonNode meta = json.path("groups").path(1);
    assertThat(meta.path("group").asText()).isEqualTo("meta");
    assertThat(meta.path("founded").asBoolean()).isTrue();
    assertThat(meta.path("members")).hasSize(3);
    assertThat(meta.path("leader").asText()).isEqualTo("n1");
  }

  @Test
  void createsAGroupAndWaitsForItsLeader() {
    CommandRun run = mesh.run("group", "create", "orders", "--members", "n3,n2", "--w", "2");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.asked)
        .containsExactly("PUT orders {\"members\":[\"n3\",\"n2\"],\"w\":2} at n1#a1");
    assertThat(mesh.group("orders").looksUntilItIsLed).isZero();
    assertThat(run.out().lines())
        .containsExactly("group orders is created: members n2, n3; w = 2; leader n2");
  }

  @Test
  void runAgainItFindsTheSameGroup() {
    String[] create = {"group", "create", "orders", "--members", "n1,n2,n3", "--json"};
    assertThat(mesh.run(create).json().path("created").asBoolean()).isTrue();

    CommandRun again = mesh.run(create);

    assertThat(again.exit()).as(again.err()).isEqualTo(0);
    assertThat(again.json().path("created").asBoolean(true)).isFalse();
    assertThat(again.json().path("leader").asText()).isEqualTo("n1");
    assertThat(mesh.run("group", "create", "orders").out()).contains("is there already");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--members n1,n2", "--w 1", "--w 7", "--prepare-quorum 3", "--members n1 --w 1"})
  void refusesAGroupThatIsThereInAnotherWay(String otherwise) {
    mesh.run("group", "create", "orders");

    CommandRun run = mesh.run(("group create orders --json " + otherwise).split(" "));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .contains("already_exists: group orders is there with members n1, n2, n3, w = 2");
    assertThat(run.json().path("code").asText()).isEqualTo("already_exists");
    assertThat(run.json().path("group").asText()).isEqualTo("orders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "503 not_ready",
        "429 overloaded",
        "503 outcome_unknown",
        "409 deleting",
        "503 not_a_member"
      })
  void asksAnotherNodeOrAgainWhatPassesByItself(String refusal) {
    mesh.refusals.add(refusal);

    assertThat(mesh.run("group", "create", "orders").exit()).isEqualTo(0);
    assertThat(mesh.asked).hasSize(2);
  }

  @Test
  void aGroupOfALostAnswerIsFoundToBeThere() {
    mesh.refusals.add("503 outcome_unknown");
    mesh.refusedAreDone = true;

    assertThat(mesh.run("group", "create", "orders").out()).contains("is there already");
    mesh.refusals.add("503 outcome_unknown");
    assertThat(mesh.run("group", "delete", "orders").out()).contains("is deleted");
  }

  @ParameterizedTest
  @CsvSource({"409 too_many_groups, 1", "404 unknown_node, 1", "400 invalid, 4"})
  void tellsARefusalThatWaitingDoesNotCure(String refusal, int exit) {
    mesh.refusals.add(refusal);

    CommandRun run = mesh.run("group", "create", "orders", "--json");

    assertThat(run.exit()).isEqualTo(exit);
    assertThat(run.err()).contains("group create: " + refusal.substring(4) + ": told so");
    assertThat(run.json().path("code").asText()).isEqualTo(refusal.substring(4));
    assertThat(mesh.asked).hasSize(1);
  }

  @Test
  void asksFirstWhoHoldsTheDirectory() {
    for (String node : List.of("n1#a1", "n2#a2")) {
      mesh.group("meta").voters.remove(node);
      mesh.group("meta").hosts.remove(node);
    }

    assertThat(mesh.run("group", "create", "orders").exit()).isEqualTo(0);
    assertThat(mesh.asked).containsExactly("PUT orders {} at n3#a3");
  }

  @Test
  void givesUpWhereNoNodeThatAnswersHoldsTheDirectory() {
    mesh.groups.remove("meta");

    CommandRun run = mesh.run("group", "create", "orders", "--wait", "300ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .contains("not done within 300ms", "no node that answers holds the directory");
  }

  @Test
  void givesUpWhereNobodyLeadsTheGroup() {
    mesh.run("group", "create", "orders");
    mesh.group("orders").looksUntilItIsLed = Integer.MAX_VALUE;

    CommandRun run = mesh.run("group", "create", "orders", "--wait", "300ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("nobody leads it yet");
  }

  @Test
  void deletesAGroupAndWaitsUntilItIsGone() {
    mesh.run("group", "create", "orders");
    mesh.looksUntilItIsGone = 4;

    CommandRun run = mesh.run("group", "delete", "orders");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(run.out()).isEqualTo("group orders is deleted\n");
    assertThat(mesh.groups).doesNotContainKey("orders");
    CommandRun again = mesh.run("group", "delete", "orders", "--json");
    assertThat(again.exit()).isEqualTo(4);
    assertThat(again.json().path("code").asText()).isEqualTo("unknown_group");
  }

  @Test
  void aGroupThatIsBeingDeletedIsWaitedFor() {
    mesh.run("group", "create", "orders");
    mesh.refusals.add("409 deleting");
    mesh.refusedAreDone = true;

    assertThat(mesh.run("group", "delete", "orders").exit()).isEqualTo(0);
    assertThat(mesh.groups).doesNotContainKey("orders");
  }

  @Test
  void aGroupOfTheSettingsIsNotDeleted() {
    CommandRun run = mesh.run("group", "delete", "main");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("group delete: not_deletable");
  }

  @Test
  void asksAPersonBeforeItDeletes() {
    mesh.run("group", "create", "orders");

    assertThat(atATerminal("no\n")).isEqualTo(1);
    assertThat(atATerminal("")).isEqualTo(1);
    assertThat(mesh.asked).noneMatch(request -> request.startsWith("DELETE"));
    assertThat(atATerminal("", "--yes")).isEqualTo(0);
    mesh.run("group", "create", "orders");
    assertThat(atATerminal("yes\n")).isEqualTo(0);
  }

  private int atATerminal(String input, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            print,
            print,
            Map.of(MeshOptions.ENDPOINTS_VARIABLE, mesh.door("n1#a1")),
            true);
    String[] arguments = ("group delete orders " + String.join(" ", more)).strip().split(" ");
    return HoldfastCommand.create(console, Optional.empty()).execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "group",
        "group create",
        "group create Orders",
        "group create orders --members n1,N2",
        "group create orders --members n1,n1",
        "group create orders --members a,b,c,d,e,f,g,h",
        "group create orders --w 0",
        "group create orders --prepare-quorum 8",
        "group create orders --group main",
        "group delete",
        "group delete a/b",
        "group list --group main"
      })
  void wrongArgumentsExitFourBeforeAnythingIsAsked(String arguments) {
    CommandRun run = CommandRun.of(arguments.split(" "));

    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "create orders", "delete orders"})
  void exitsWithTwoWhereNobodyAnswers(String verb) {
    CommandRun run =
        CommandRun.of(("group " + verb + " --endpoints 127.0.0.1:1 --timeout 300ms").split(" "));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("no node answers at 127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "create", "delete"})
  void showsAnExample(String verb) {
    CommandRun run = CommandRun.of("group", verb, "--help");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out()).contains("Example", "--json", "--timeout", "holdfast group " + verb);
  }
}
