package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code holdfast why} says of a mesh that is damaged, and of single writes. */
class WhyTest {

  private static LiveMesh mesh;
  private LiveNode leader;

  @BeforeAll
  static void begin(@TempDir Path dir) {
    // So that a leader whose followers stand still goes on for as long as a write waits for them.
    mesh = LiveMesh.start(dir, "holdfast.coordinator.election-timeout=2s");
  }

  @BeforeEach
  void allIsWell() {
    leader = mesh.restore();
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  // ---- Asking

  private static String doors(List<LiveNode> nodes) {
    return nodes.stream().map(node -> node.endpoint().toString()).collect(Collectors.joining(","));
  }

  private static VerbRun why(List<LiveNode> nodes, String... more) {
    List<String> arguments = new ArrayList<>(List.of("why", "--endpoints", doors(nodes)));
    arguments.addAll(List.of(more));
    return VerbRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode json(VerbRun run) {
    List<String> lines = run.text().lines().toList();
    try {
      return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it says of group main, once that is so. */
  private static JsonNode awaitMain(Predicate<JsonNode> so) {
    return await("what 'why' says")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> json(why(mesh.nodes(), "main", "--json")).path("groups").path(0), so);
  }

  /** That every group can go on, the one of the directory too. */
  private static void awaitAllWell() {
    await("all groups to go on")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> why(mesh.nodes()), run -> run.exit() == 0);
  }

  private static JsonNode awaitStory(List<LiveNode> nodes, String id, Predicate<JsonNode> so) {
    return await("the story of " + id)
        .atMost(LiveMesh.PATIENCE)
        .until(() -> json(why(nodes, "--write", id, "--json")).path("story"), so);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  /** Writes under an id until that is committed: on a busy machine leaders may change meanwhile. */
  private static Answer commit(LiveNode door, String key, String id) {
    return await("a committed write of " + key)
        .atMost(LiveMesh.PATIENCE)
        .until(() -> door.put(key, "v", "Idempotency-Key", id), answer -> answer.status() == 200);
  }

  /** Who saw that. */
  private static Set<String> nodesOf(JsonNode story, String what) {
    Set<String> nodes = new TreeSet<>();
    for (JsonNode event : story.path("events")) {
      if (event.path("what").asText().equals(what)) {
        nodes.add(event.path("node").asText());
      }
    }
    return nodes;
  }

  private static String state(JsonNode story, LiveNode node) {
    for (JsonNode one : story.path("nodes")) {
      if (one.path("node").asText().equals(node.id())) {
        return one.path("state").asText();
      }
    }
    return "";
  }

  // ---- Groups

  @Test
  void namesTheSmallestSetsUntilOneIsBack() {
    awaitAllWell();
    List<LiveNode> others = mesh.othersThan(leader);
    others.forEach(LiveNode::kill);

    JsonNode main =
        awaitMain(
            one ->
                texts(one.path("answering")).equals(List.of(leader.id()))
                    && one.path("ballots").size() == 3);

    assertThat(main.path("canWrite").asBoolean(true)).isFalse();
    assertThat(main.path("canRead").asBoolean(true)).isFalse();
    assertThat(main.path("canElect").asBoolean(true)).isFalse();
    assertThat(texts(main.path("answering"))).containsExactly(leader.id());
    assertThat(main.path("unblock")).hasSize(2);
    assertThat(texts(main.path("unblock").path(0))).containsExactly(others.get(0).id());
    assertThat(texts(main.path("unblock").path(1))).containsExactly(others.get(1).id());
    VerbRun told = why(mesh.nodes(), "main");
    assertThat(told.exit()).isEqualTo(1);
    assertThat(told.text())
        .startsWith("group main cannot write, read or elect: 1 of n1, n2, n3 answers")
        .contains(
            "start " + others.get(0) + " or " + others.get(1), others.get(0) + " is missing: ");

    others.get(1).start();

    awaitAllWell();
  }

  // ---- Writes

  @Test
  void committedWriteIsToldByEveryMemberWhoeverIsAsked() {
    LiveNode door = mesh.othersThan(leader).get(0);
    String id = mesh.newWriteId();
    Answer answer = commit(door, "told", id);

    JsonNode story =
        awaitStory(
            mesh.nodes(),
            id,
            one -> nodesOf(one, "executed").size() == 3 && !nodesOf(one, "verdict").isEmpty());

    assertThat(story.path("recorded").asText()).isEqualTo("committed");
    assertThat(story.path("slot").asLong()).isEqualTo(answer.json().path("slot").asLong());
    assertThat(nodesOf(story, "persisted")).containsExactly("n1", "n2", "n3");
    assertThat(nodesOf(story, "received")).containsExactly(door.id());
    assertThat(nodesOf(story, "answered")).containsExactly(door.id());
    assertThat(nodesOf(story, "proposed")).isNotEmpty().containsAll(nodesOf(story, "acknowledged"));
    assertThat(nodesOf(story, "acknowledged")).isNotEmpty();
    assertThat(story.path("events").findValuesAsText("detail"))
        .anyMatch(detail -> detail.startsWith("met: "));
    assertThat(story.path("events").path(0).path("what").asText()).isEqualTo("received");
    story.path("events").forEach(event -> assertThat(event.path("atMillis").asLong()).isPositive());
    for (LiveNode asked : mesh.nodes()) {
      JsonNode again = awaitStory(List.of(asked), id, one -> nodesOf(one, "executed").size() == 3);
      assertThat(nodesOf(again, "persisted")).containsExactly("n1", "n2", "n3");
    }
    assertThat(why(mesh.nodes(), "--write", id).text())
        .startsWith("write " + id + " in group main: committed in slot ")
        .contains("+0", "is on disk here");
  }

  @Test
  void oneNodeTellsWhatAllHaveSeen() {
    LiveNode door = mesh.othersThan(leader).get(0);
    LiveNode asked = mesh.othersThan(leader).get(1);
    String id = mesh.newWriteId();
    commit(door, "whole", id);

    JsonNode story =
        await("the story of " + id + " from " + asked)
            .atMost(LiveMesh.PATIENCE)
            .until(
                () -> asked.follow("/v1/groups/main/writes/" + id + "/story?nodes=all").json(),
                one -> nodesOf(one, "executed").size() == 3 && !nodesOf(one, "verdict").isEmpty());

    assertThat(story.path("recorded").asText()).isEqualTo("committed");
    assertThat(story.path("text").asText())
        .startsWith("write " + id + " in group main: committed in slot ");
    assertThat(nodesOf(story, "received")).containsExactly(door.id());
    assertThat(nodesOf(story, "persisted")).containsExactly("n1", "n2", "n3");
    assertThat(story.path("nodes").findValuesAsText("state"))
        .containsExactly("told", "told", "told");

    LiveNode stopped = door;
    stopped.pause();
    JsonNode without;
    try {
      without =
          await("the story of " + id + " without " + stopped)
              .atMost(LiveMesh.PATIENCE)
              .until(
                  () -> asked.follow("/v1/groups/main/writes/" + id + "/story?nodes=all").json(),
                  one ->
                      state(one, stopped).equals("silent") && !nodesOf(one, "verdict").isEmpty());
    } finally {
      stopped.resume();
    }

    assertThat(nodesOf(without, "received")).isEmpty();
  }

  @Test
  void memberThatWasStoppedIsNamedAsMissing() {
    LiveNode stopped = mesh.othersThan(leader).get(0);
    String id = mesh.newWriteId();
    stopped.pause();
    commit(leader, "stopped", id);

    JsonNode story = awaitStory(mesh.nodes(), id, one -> !one.path("events").isEmpty());

    assertThat(texts(story.path("unacknowledged"))).containsExactly(stopped.id());
    assertThat(state(story, stopped)).isEqualTo("silent");
    assertThat(nodesOf(story, "persisted")).doesNotContain(stopped.id()).hasSize(2);

    stopped.resume();

    awaitStory(mesh.nodes(), id, one -> nodesOf(one, "executed").contains(stopped.id()));
  }

  @Test
  void writeThatFailedIsToldAndItsResolveToo() {
    String id = mesh.newWriteId();
    Answer answer = writeAlone(id);
    assertThat(answer.code()).as("%s", answer).isEqualTo("quorum_not_met");
    List<LiveNode> others = mesh.othersThan(leader);

    JsonNode story = awaitStory(mesh.nodes(), id, one -> !one.path("events").isEmpty());

    assertThat(story.path("recorded").asText()).isEqualTo("unknown");
    assertThat(texts(story.path("unacknowledged")))
        .containsExactly(others.get(0).id(), others.get(1).id());
    assertThat(story.path("text").asText())
        .contains("not executed so far, not met (unreachable): 1 acknowledged, 2 are needed");
    assertThat(nodesOf(story, "asked_again")).containsExactly(leader.id());
    JsonNode failures = leader.group().orElseThrow().json().path("failures");
    // An earlier write may have failed too before it was committed.
    JsonNode failure = failures.path(failures.size() - 1);
    assertThat(failure.path("writeId").asText()).isEqualTo(id);
    assertThat(failure.path("got").asInt()).isEqualTo(1);
    assertThat(failure.path("needed").asInt()).isEqualTo(2);
    assertThat(texts(failure.path("missing")))
        .containsExactly(others.get(0).id(), others.get(1).id());

    others.forEach(LiveNode::resume);
    mesh.awaitLeader();
    VerbRun resolved =
        VerbRun.of("resolve", id, "--endpoints", doors(mesh.nodes()), "--timeout", "60s");
    assertThat(resolved.exit()).as(resolved.text()).isIn(0, 1);

    JsonNode settled =
        awaitStory(mesh.nodes(), id, one -> !one.path("recorded").asText().equals("unknown"));
    assertThat(settled.path("recorded").asText()).isIn("committed", "fenced");
    assertThat(settled.path("events").findValuesAsText("detail"))
        .contains("a client asked to resolve it");
  }

  /** Once more from the start where the leader led no more when the write came. */
  private Answer writeAlone(String id) {
    return await("a verdict")
        .atMost(LiveMesh.PATIENCE)
        .until(
            () -> {
              allIsWell();
              mesh.othersThan(leader).forEach(LiveNode::pause);
              return leader.put("failed", "v", "Idempotency-Key", id);
            },
            one -> !one.code().equals("no_leader"));
  }

  @Test
  void writeThatNobodySawIsNotKnown() {
    String id = mesh.newWriteId();
    VerbRun unknown =
        await("a node that tells that it has not seen it")
            .atMost(LiveMesh.PATIENCE)
            .until(() -> why(mesh.nodes(), "--write", id, "--json"), run -> run.exit() != 2);

    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(json(unknown).path("story").path("known").asBoolean(true)).isFalse();
  }
}
