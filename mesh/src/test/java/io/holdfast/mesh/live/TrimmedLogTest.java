package io.holdfast.mesh.live;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that comes back when the logs of the others no longer go back far enough for it. */
class TrimmedLogTest {

  /** What members still have in memory they send, trimmed or not. */
  private static final int TAIL_BYTES = 64 * 1024;

  private static final int SOME = 60;
  private static final int WRITTEN = 300;
  private static final String VALUE = "v".repeat(5_000);

  private static LiveMesh mesh;
  private LiveNode leader;
  private LiveNode away;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh =
        LiveMesh.start(
            dir,
            "holdfast.coordinator.log-silence=1500ms",
            "holdfast.acceptor.tail-bytes=" + TAIL_BYTES,
            "holdfast.acceptor.tail-hard-bytes=" + TAIL_BYTES * 2,
            "holdfast.acceptor.snapshot-every-events=50",
            "holdfast.replica.flush-interval=20ms");
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @BeforeEach
  void restore() {
    leader = mesh.restore();
    away = mesh.othersThan(leader).get(0);
  }

  @Test
  void memberThatWasAwayComesBackBySnapshotWhileWritesGoOn() {
    Map<String, String> written = writeWhileAway("trimmed");
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "beside")) {
      load.awaitMore(SOME);
      away.start();
      awaitSnapshot();
      load.awaitMore(SOME);
      acknowledged = load.stop();
    }
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(written);
    mesh.assertHolds(acknowledged);
  }

  @Test
  void memberThatIsKilledWhileItReceivesGoesOnReceiving() {
    Map<String, String> written = writeWhileAway("killed");
    away.start();
    await("a snapshot comes in")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> away.log().contains("receiving a snapshot of slot"));
    away.kill();
    away.start();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(written);
    mesh.awaitAllStored();
  }

  private Map<String, String> writeWhileAway(String prefix) {
    away.kill();
    Map<String, String> written = new HashMap<>();
    for (int i = 0; i < WRITTEN; i++) {
      String key = prefix + "/" + i;
      leader.commit(key, VALUE + i);
      written.put(key, VALUE + i);
    }
    long most = leader.group().orElseThrow().applied() - WRITTEN / 2;
    await("the log is trimmed past who is away")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> mesh.othersThan(away).stream().allMatch(node -> trimmed(node) > most));
    return written;
  }

  private static long trimmed(LiveNode node) {
    return node.group().orElseThrow().json().path("trimmed").asLong();
  }

  private void awaitSnapshot() {
    await("a snapshot is in place")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> away.log().contains("goes on from a snapshot of slot"));
  }
}
