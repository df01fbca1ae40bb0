package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that end under load: by SIGKILL, one or all, and by SIGTERM. */
class KilledNodesTest {

  private static final int SOME = 60;

  private static LiveMesh mesh;
  private LiveNode leader;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(dir);
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
  void keepsEveryAcknowledgedWriteAndGoesOnWhenTheLeaderIsKilled() {
    try (Load load = Load.start(mesh, "leader-killed")) {
      load.awaitMore(SOME);
      leader.kill();
      load.awaitMore(SOME); // more than were under way: writes have resumed
      leader.start();
      Map<String, String> acknowledged = load.stop();
      mesh.awaitLeader();
      mesh.assertHolds(acknowledged);
    }
  }

  @Test
  void killedNodeCatchesUpWithWhatWasWrittenMeanwhile() {
    try (Load load = Load.start(mesh, "catch-up")) {
      load.awaitMore(SOME);
      leader.kill();
      load.awaitMore(SOME);
      load.stop();
    }
    leader.start();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
  }

  @Test
  void keepsEveryAcknowledgedWriteWhenAllNodesAreKilledAtOnce() {
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "all-killed")) {
      load.awaitMore(SOME);
      mesh.killAll();
      mesh.nodes().forEach(LiveNode::start);
      load.awaitMore(SOME);
      acknowledged = load.stop();
    }
    mesh.awaitLeader();
    mesh.assertHolds(acknowledged);
    mesh.awaitEqualChains();
    mesh.awaitAllStored();
  }

  @Test
  void leaderThatIsToldToStopHandsOverAndLosesNothing() throws InterruptedException {
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "stopped")) {
      load.awaitMore(SOME);
      Process process = leader.process();
      process.destroy();
      assertThat(process.waitFor(LiveMesh.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("0, or 128 + SIGTERM").isIn(0, 143);
      load.awaitMore(SOME);
      acknowledged = load.stop();
    }
    List<LiveNode> others = mesh.othersThan(leader);
    assertThat(mesh.awaitLeader(others)).isNotEqualTo(leader);
    assertThat(others)
        .as("the others were told, and did not wait for its silence")
        .anySatisfy(other -> assertThat(other.log()).contains("the leader has resigned"));
    leader.start();
    mesh.awaitLeader();
    mesh.assertHolds(acknowledged);
    mesh.awaitEqualChains();
  }
}
