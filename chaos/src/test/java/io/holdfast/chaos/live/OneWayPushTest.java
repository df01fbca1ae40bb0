package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.chaos.live.LiveNode.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three running processes with w = 1: a write is acknowledged from the leader's disk alone. */
class OneWayPushTest {

  /** So that no leader is deposed because the machine is busy. */
  private static final Map<String, String> SETTINGS =
      Map.of("holdfast.coordinator.election-timeout", "1500ms");

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Several elections would fit, if there were any. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(6);

  private static LiveMesh mesh;
  private LiveNode leader;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(new LiveMesh.Plan(dir, 3, 1, false, 1, SETTINGS));
  }

  @BeforeEach
  void restore() {
    leader = mesh.restore();
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @Test
  void leaderWritesAndReadsWithEveryFollowerAwayAndPushesWhenTheyAreBack() {
    List<LiveNode> followers = mesh.othersThan(leader);
    followers.forEach(LiveNode::kill);
    leader.commit("alone", "v");
    assertThat(leader.read("alone").body()).isEqualTo("v");
    followers.forEach(LiveNode::start);
    mesh.awaitEqualChains();
    assertThat(mesh.awaitLeader()).isEqualTo(leader);
  }

  /**
   * The write is on one disk, and nobody leads without that disk: nothing is lost, nothing runs.
   */
  @Test
  void nobodyLeadsWithoutTheLeaderThatAcknowledgedAndItBringsTheWriteBack() {
    List<LiveNode> followers = mesh.othersThan(leader);
    followers.forEach(follower -> leader.block(follower, Direction.BOTH));
    leader.commit("unpushed", "v");
    leader.kill();

    await("nobody leads")
        .during(LONG_ENOUGH)
        .atMost(LONG_ENOUGH.multipliedBy(3))
        .until(
            () ->
                followers.stream()
                    .allMatch(
                        follower ->
                            follower.get("unpushed").code().equals("no_leader")
                                && follower.put("other", "v").code().equals("no_leader")));

    leader.start();
    mesh.awaitLeader();
    await("the write is there")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(mesh.nodes())
                    .allSatisfy(node -> assertThat(node.get("unpushed").body()).isEqualTo("v")));
    mesh.awaitEqualChains();
  }
}
