package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.mesh.client.LocalMesh.Member;
import io.holdfast.mesh.client.MembersView;
import io.holdfast.mesh.client.MeshClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose group changes its members while it is written to. */
class ChangingMembersTest {

  private static final int SOME = 60;

  @TempDir private Path dir = Path.of("");

  /** Each test begins by starting as many nodes as it needs. */
  @SuppressWarnings("NullAway.Init")
  private ChangingMesh mesh;

  private final List<MeshClient> clients = new ArrayList<>();

  @AfterEach
  void end() {
    clients.forEach(MeshClient::close);
    if (mesh != null) {
      mesh.close();
    }
  }

  /** Callers that know all nodes and prefer different ones. */
  private Load load(String prefix) {
    List<String> nodes = new ArrayList<>(mesh.members().stream().map(Member::id).toList());
    List<MeshClient> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(mesh.client(List.copyOf(nodes)));
      Collections.rotate(nodes, 2);
    }
    return Load.start(callers, prefix);
  }

  /** Replacing all members, one after the other, fails no write and loses none. */
  @Test
  void allMembersAreReplacedOneAfterTheOtherUnderLoad() throws Exception {
    mesh = ChangingMesh.start(dir, 6);
    Map<String, String> acknowledged;
    try (Load load = load("replaced")) {
      load.awaitMore(SOME);
      for (int i = 1; i <= 3; i++) {
        JsonNode done = mesh.run("member", "replace", "n" + i, "n" + (i + 3));
        assertThat(done.path("handedOver").asBoolean()).isTrue();
        load.awaitMore(SOME);
        assertThat(mesh.stop("n" + i)).as("n%d may be stopped", i).isTrue();
        load.awaitMore(SOME);
      }
      acknowledged = load.stop();
      assertThat(load.failed()).as("writes that failed for good").isEmpty();
    }
    JsonNode list = mesh.run("member", "list");
    assertThat(list.path("configuration").asLong()).isEqualTo(6);
    assertThat(list.path("members").findValuesAsText("node")).containsExactly("n4", "n5", "n6");
    assertThat(list.path("members").findValuesAsText("role")).containsOnly("voter");
    mesh.awaitLeader(List.of("n4", "n5", "n6"));
    JsonNode verified = mesh.run("verify");
    assertThat(verified.path("replicas")).hasSize(3);
    assertHolds(acknowledged);
  }

  @Test
  void learnerJoinsAndVotesAndALeaderThatIsRemovedHandsOver() throws Exception {
    mesh = ChangingMesh.start(dir, 5);
    Map<String, String> acknowledged;
    try (Load load = load("grown")) {
      load.awaitMore(SOME);
      mesh.run("member", "add", "n4", "--learner");
      // The verb is done once one node says so; n1 may execute the change a moment later.
      await("n1 knows the learner")
          .atMost(LiveMesh.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(mesh.seenBy("n1"))
                      .hasValueSatisfying(
                          seen ->
                              assertThat(seen.members())
                                  .filteredOn(member -> !member.voter())
                                  .extracting(MembersView.Member::node)
                                  .containsExactly("n4")));
      load.awaitMore(SOME);
      JsonNode promoted = mesh.run("member", "promote", "n4");
      assertThat(promoted.path("w").asInt()).isEqualTo(3);
      JsonNode five = mesh.run("member", "add", "n5");
      assertThat(five.path("voters")).hasSize(5);
      String leader = mesh.awaitLeader(List.of("n1", "n2", "n3", "n4", "n5"));
      JsonNode removed = mesh.run("member", "remove", leader);
      assertThat(removed.path("voters").toString()).doesNotContain(leader);
      load.awaitMore(SOME);
      List<String> others = new ArrayList<>(List.of("n1", "n2", "n3", "n4", "n5"));
      others.remove(leader);
      assertThat(mesh.awaitLeader(others)).isNotEqualTo(leader);
      acknowledged = load.stop();
      assertThat(load.failed()).as("writes that failed for good").isEmpty();
      assertRefusesAsRemoved(leader);
      // What is there already is not done twice.
      assertThat(mesh.run("member", "remove", leader).path("changes")).isEmpty();
      // The stopped and started node knows that it was removed.
      assertThat(mesh.stop(leader)).isTrue();
      mesh.startAgain(leader);
      await("the removed node answers")
          .atMost(LiveMesh.PATIENCE)
          .until(() -> mesh.group(leader).isPresent());
      assertRefusesAsRemoved(leader);
    }
    mesh.run("verify");
    assertHolds(acknowledged);
  }

  private void assertRefusesAsRemoved(String node) throws Exception {
    await(node + " knows that it was removed")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> mesh.group(node).orElseThrow().role(), "removed"::equals);
    HttpResponse<String> read =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://"
                                + mesh.door(node)
                                + "/v1/groups/main/keys/a?consistency=local"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(read.statusCode()).isEqualTo(503);
    assertThat(read.body()).contains("\"not_a_member\"", "was removed from group main; ask n");
  }

  @Test
  void replacesADeadMemberAndRefusesWhatWouldStopTheGroup() throws Exception {
    mesh = ChangingMesh.start(dir, 4);
    Map<String, String> acknowledged;
    try (Load load = load("dead")) {
      load.awaitMore(SOME);
      mesh.kill("n3");
      load.awaitMore(SOME);
      await("n3 is not heard")
          .atMost(LiveMesh.PATIENCE)
          .until(
              () ->
                  mesh.seenBy("n1").orElseThrow().members().stream()
                      .anyMatch(member -> member.node().equals("n3") && !member.alive()));
      ChangingMesh.Ran refused = mesh.runAnyway("member", "remove", "n2");
      assertThat(refused.exit()).as(refused.err()).isEqualTo(1);
      assertThat(refused.json().path("code").asText()).isEqualTo("would_lose_quorum");
      assertThat(refused.err()).contains("bring them back first, or replace those that are gone");
      mesh.run("member", "replace", "n3", "n4");
      mesh.kill("n2");
      load.awaitMore(SOME); // n1 and n4 are enough
      acknowledged = load.stop();
      assertThat(load.failed()).as("writes that failed for good").isEmpty();
    }
    mesh.startAgain("n2");
    mesh.awaitLeader(List.of("n1", "n2", "n4"));
    mesh.startAgain("n3");
    assertRefusesAsRemovedOrOutside("n3");
    mesh.run("verify");
    assertHolds(acknowledged);
  }

  /** Nobody tells it: it asks, as a candidate, and learns that it was replaced. */
  private void assertRefusesAsRemovedOrOutside(String node) {
    await(node + " learns that it was replaced while it was dead")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> mesh.group(node).map(group -> group.role().equals("removed")).orElse(false));
  }

  private void assertHolds(Map<String, String> acknowledged) {
    List<String> nodes = new ArrayList<>(mesh.members().stream().map(Member::id).toList());
    Collections.reverse(nodes);
    mesh.assertHolds(acknowledged, nodes);
  }
}
