package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.chaos.live.LiveNode.Database;
import io.holdfast.mesh.cli.Exit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Running processes that are stopped, whose clocks jump, whose disks are full, link by link. */
class BrokenMachineTest {

  /** So that no leader is deposed because the machine is busy. */
  private static final Map<String, String> SETTINGS =
      Map.of("holdfast.coordinator.election-timeout", "1500ms");

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration HOUR = Duration.ofHours(1);

  private static LiveMesh mesh;
  private LiveNode leader;
  private LiveNode follower;
  private LiveNode other;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(new LiveMesh.Plan(dir, 3, 2, true, 1, SETTINGS));
  }

  @BeforeEach
  void restore() {
    leader = mesh.restore();
    follower = mesh.othersThan(leader).get(0);
    other = mesh.othersThan(leader).get(1);
  }

  @AfterAll
  static void end() {
    List<ProcessHandle> processes =
        mesh.nodes().stream().map(node -> ProcessHandle.of(node.pid()).orElseThrow()).toList();
    LiveNode paused = mesh.nodes().get(0);
    paused.pause();
    mesh.close();
    assertThat(processes).as("paused or not").noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void pausedLeaderIsReplacedAndFollowsOnceItGoesOn() {
    long pid = leader.pid();
    leader.pause();
    assertThat(Standstill.isStopped(pid)).isTrue();
    assertThat(leader.isPaused()).isTrue();
    assertThat(leader.isAlive()).isTrue();
    LiveNode next = mesh.awaitLeader();
    assertThat(next).isNotEqualTo(leader);
    next.commit("paused", "while it stood still");
    leader.resume();
    assertThat(leader.isPaused()).isFalse();
    assertThat(leader.read("paused").body()).isEqualTo("while it stood still");
    assertThat(leader.pid()).isEqualTo(pid);
  }

  @Test
  void pausedNodeIsKilledAndStartedAgain() {
    follower.pause();
    follower.kill();
    assertThat(follower.isAlive()).isFalse();
    assertThat(follower.isPaused()).isFalse();
    follower.start();
    assertThat(mesh.restore()).isNotNull();
    follower.pause();
    assertThat(follower.isPaused()).as("the new process is as good as the old").isTrue();
  }

  @Test
  void restoreLetsPausedNodesGoOn() {
    follower.pause();
    leader.commit("restore/1", "v");
    LiveNode unused = mesh.restore();
    assertThat(follower.isPaused()).isFalse();
    assertThat(follower.read("restore/1").body()).isEqualTo("v");
  }

  @Test
  void nodeWhoseClockJumpsIsSeenToAndGoesOnTakingWrites() {
    SameLeader.stays(
        mesh,
        leading -> {
          LiveNode ahead = mesh.othersThan(leading).get(0);
          ahead.jumpClock(HOUR);
          assertThat(ahead.faults().clockOffset()).isEqualTo(HOUR);
          await("the skew that the leader measures")
              .atMost(PATIENCE)
              .ignoreException(NoSuchElementException.class) // asked of a busy node
              .until(() -> skew(leading, ahead).compareTo(HOUR.minusMinutes(1)) > 0);
          assertThat(ahead.put("clock", "an hour ahead").status()).isEqualTo(200);
          assertThat(ahead.faults().wrongClockReads()).isPositive();
          ahead.heal();
          assertThat(ahead.put("clock", "set right").status())
              .as("its own write ids are not dated ahead of it")
              .isEqualTo(200);
          await("the clock is right again")
              .atMost(PATIENCE)
              .ignoreException(NoSuchElementException.class) // asked of a busy node
              .until(() -> skew(leading, ahead).compareTo(Duration.ofMinutes(1)) < 0);
        });
  }

  @Test
  void leaderWhoseClockJumpsStaysLeader() {
    SameLeader.stays(
        mesh,
        leading -> {
          leading.jumpClock(HOUR.negated());
          for (int i = 0; i < 20; i++) {
            assertThat(leading.put("clock/" + i, "v").status()).isEqualTo(200);
          }
          assertThat(leading.read("clock/0").body()).isEqualTo("v");
          assertThat(leading.faults().wrongClockReads()).isPositive();
        });
  }

  @ParameterizedTest
  @EnumSource
  void nodeWhoseDiskIsFullEndsTheOthersGoOnAndItComesBackWithRoom(Database database) {
    follower.fillDisk(database, 0);
    int[] written = {0};
    await("the full disk to be noticed")
        .atMost(PATIENCE)
        .until(
            () -> {
              leader.commit("full/" + written[0], "x".repeat(20_000));
              written[0]++;
              return !follower.isAlive();
            });
    assertThat(follower.exitCode()).hasValue(Exit.IO.status());
    assertThat(follower.log()).contains("No space left on device");
    leader.commit("full/after", "v");
    follower.start();
    assertThat(mesh.restore()).isNotNull();
    assertThat(follower.read("full/0").status()).isEqualTo(200);
    assertThat(follower.read("full/after").body()).isEqualTo("v");
  }

  @Test
  void fullDiskIsCountedByTheNodeThatHasOne() {
    follower.fillDisk(Database.STORE, 1 << 30);
    assertThat(follower.faults().unfitWrites()).as("there is room").isZero();
    leader.commit("room", "v");
  }

  @Test
  void linkFromOneNodeToAnotherIsLostAlone() {
    TcpLink lost = mesh.link(follower, leader);
    lost.lose();
    await("bytes of the one are lost").atMost(PATIENCE).until(() -> lost.lostBytes() > 0);
    awaitHeard(other); // and what was on its way from the one
    long heard = leader.faults().heardFrom(List.of(follower));
    awaitHeard(other);
    assertThat(mesh.link(other, leader).lostBytes()).isZero();
    assertThat(leader.faults().heardFrom(List.of(follower))).isEqualTo(heard);
    leader.commit("one link", "v");
    lost.heal();
    await("it is heard again")
        .atMost(PATIENCE)
        .until(() -> leader.faults().heardFrom(List.of(follower)) > heard);
  }

  private void awaitHeard(LiveNode node) {
    long before = leader.faults().heardFrom(List.of(node));
    await("more of " + node)
        .atMost(PATIENCE)
        .until(() -> leader.faults().heardFrom(List.of(node)) > before + 5);
  }

  private static Duration skew(LiveNode at, LiveNode of) {
    JsonNode peers = at.status().orElseThrow().json().path("peers");
    for (JsonNode peer : peers) {
      if (peer.path("node").asText().equals(of.id())) {
        return Duration.ofMillis(peer.path("clockSkewMillis").asLong());
      }
    }
    throw new AssertionError("no " + of + " in " + peers);
  }
}
