package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code member add} and {@code member replace} of a node that is let in first. */
class JoiningVerbTest {

  private static final String LET_IN = "{\"incarnation\":\"%s\",\"address\":\"10.9.9.9:4100\"}";

  private final StubMesh mesh = StubMesh.of("jobs", "main", "meta");

  @AfterEach
  void stop() {
    mesh.close();
  }

  private CommandRun member(String verb, String at, String... more) {
    List<String> arguments = new ArrayList<>(List.of(("member " + verb).split(" ")));
    arguments.addAll(List.of("--at", mesh.door(at)));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--wait")) {
      arguments.addAll(List.of("--wait", "30s"));
    }
    return mesh.run(arguments.toArray(String[]::new));
  }

  private static String letIn(String node, String incarnation) {
    return "PUT " + node + " " + LET_IN.formatted(incarnation) + " at n1#a1";
  }

  @Test
  void addLetsTheNodeInAndThenAddsIt() {
    mesh.start("n4#b4", "ours");

    CommandRun run = member("add n4", "n4#b4");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.asked)
        .containsExactly(
            letIn("n4", "b4"), "host main n4#b4", "main: add n4#b4", "main: promote n4#b4");
    assertThat(run.out()).contains("n4 votes");
    assertThat(member("add n4", "n4#b4").exit()).as("again").isEqualTo(0);
    assertThat(member("add n4", "n4#b4", "--group", "jobs", "--learner").exit()).isEqualTo(0);
    assertThat(mesh.groups.get("jobs").learners).containsExactly("n4#b4");
  }

  @Test
  void replaceDoesEveryGroupAndTheDirectoryLast() {
    mesh.groups.get("jobs").voters.remove("n2#a2");
    mesh.start("n4#b4", "ours");

    CommandRun run = member("replace n3 n4", "n4#b4");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.asked)
        .containsExactly(
            letIn("n4", "b4"),
            "host jobs n4#b4",
            "jobs: add n4#b4",
            "jobs: replace n3#a3 by n4#b4",
            "host main n4#b4",
            "main: add n4#b4",
            "main: replace n3#a3 by n4#b4",
            "host meta n4#b4",
            "meta: add n4#b4",
            "meta: replace n3#a3 by n4#b4");
    assertThat(run.out())
        .contains("group jobs: configuration 2, since slot 0: voters n1, n4;")
        .contains("n3 takes part no more, and may be stopped; n4 votes in its place");
  }

  @Test
  void replaceGoesOnWhereAnEarlierRunEnded() {
    mesh.start("n4#b4", "ours");
    assertThat(member("replace n3 n4", "n4#b4", "--group", "main").exit()).isEqualTo(0);
    mesh.asked.clear();

    CommandRun run = member("replace n3 n4", "n4#b4", "--json");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.asked)
        .noneMatch(request -> request.startsWith("main:"))
        .contains("jobs: replace n3#a3 by n4#b4", "meta: replace n3#a3 by n4#b4");
    JsonNode json = run.json();
    assertThat(json.path("mayBeStopped").asBoolean()).isTrue();
    assertThat(json.path("groups").findValuesAsText("group"))
        .containsExactly("jobs", "main", "meta");
    assertThat(json.path("changes").findValuesAsText("group"))
        .containsExactly("jobs", "jobs", "meta", "meta");
  }

  @Test
  void saysNotToStopANodeThatVotesElsewhere() {
    mesh.start("n4#b4", "ours");

    CommandRun run = member("replace n3 n4", "n4#b4", "--group", "main");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out())
        .contains("n3 takes part no more in main, but do not stop it yet: ")
        .contains("it votes in jobs; it votes in meta; n4 votes in its place")
        .doesNotContain("may be stopped");
    assertThat(mesh.groups.get("jobs").voters).contains("n3#a3");
  }

  @Test
  void aNewDiskUnderTheOldNameTakesThePlaceOfTheOld() {
    mesh.stop("n3#a3");
    mesh.start("n3#b3", "ours");

    CommandRun run = member("replace n3 n3", "n3#b3");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.asked)
        .startsWith(letIn("n3", "b3"), "host jobs n3#b3", "jobs: add n3#b3")
        .contains(
            "jobs: replace n3#a3 by n3#b3",
            "main: replace n3#a3 by n3#b3",
            "meta: replace n3#a3 by n3#b3");
    assertThat(run.out()).contains("n3 votes with data directory b3, and no other of that name");
    mesh.asked.clear();
    assertThat(member("replace n3 n3", "n3#b3").exit()).as("again").isEqualTo(0);
    assertThat(mesh.asked).containsExactly(letIn("n3", "b3"));
  }

  @Test
  void theNodeAtTheGivenDoorIsMeantWhereItsNameIsTakenStill() {
    mesh.start("n3#b3", "ours");
    mesh.refusals.add("409 still_alive");

    CommandRun run = member("replace n3 n3", "n3#b3", "--group", "main");

    assertThat(run.exit()).as(run.err()).isEqualTo(0);
    assertThat(mesh.asked)
        .containsExactly(
            letIn("n3", "b3"),
            letIn("n3", "b3").replace("n1#a1", "n2#a2"),
            "host main n3#b3",
            "main: add n3#b3",
            "main: replace n3#a3 by n3#b3");
  }

  @Test
  void sameNamesWithoutAnotherDirectoryNeverSayThatTheNodeMayBeStopped() {
    CommandRun run = mesh.run("member", "replace", "n3", "n3");

    assertThat(run.exit()).isEqualTo(0);
    assertThat(run.out())
        .startsWith("n3 votes with data directory a3, and no other of that name does")
        .doesNotContain("stop");
    assertThat(mesh.asked).isEmpty();
  }

  @Test
  void sameNamesOfANodeThatDoesNotAnswerAreNotTakenForDone() {
    mesh.stop("n3#a3");

    CommandRun run = mesh.run("member", "replace", "n3", "n3", "--wait", "300ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("n3 does not answer", "--at");
    assertThat(mesh.asked).isEmpty();
  }

  @Test
  void givesUpOnANameWhoseNodeLives() {
    mesh.start("n3#b3", "ours");
    for (int i = 0; i < 60; i++) {
      mesh.refusals.add("409 still_alive");
    }

    CommandRun run = member("replace n3 n3", "n3#b3", "--wait", "600ms", "--json");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("member replace: let n3 in: still_alive: told so");
    assertThat(run.json().path("code").asText()).isEqualTo("still_alive");
  }

  @Test
  void refusesAnotherNodeThanItIsToldOf() {
    mesh.start("n5#b5", "ours");
    mesh.start("n4#b4", "theirs");
    mesh.start("n6#b6", "ours");

    assertThat(member("add n4", "n5#b5").err()).contains("is n5, not n4");
    assertThat(member("add n4", "n4#b4").err()).contains("is of mesh 'theirs'", "of mesh 'ours'");
    assertThat(member("add n6#b7", "n6#b6").err()).contains("another data directory");
    CommandRun nobody = member("replace n9 n6", "n6#b6", "--json");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.json().path("code").asText()).isEqualTo("not_a_member");
    assertThat(mesh.asked).isEmpty();
  }

  @Test
  void waitsForANodeThatDoesNotRunYet() {
    CommandRun run = mesh.run("member", "add", "n4", "--at", "127.0.0.1:1", "--wait", "300ms");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .contains("nobody answers at 127.0.0.1:1: start n4 there, with holdfast.mesh.join = on");
    assertThat(mesh.asked).isEmpty();
  }

  @Test
  void listsWhoKeepsTheDirectory() {
    assertThat(mesh.run("member", "list", "--group", "meta").out())
        .contains("voters n1, n2, n3; w = 2");
  }
}
