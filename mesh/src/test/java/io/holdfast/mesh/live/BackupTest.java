package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.mesh.client.LocalMesh;
import io.holdfast.sync.store.SnapshotFile;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of running processes, and meshes that are made of them. */
class BackupTest {

  private static final int BEFORE = 20;

  /** Enough that a snapshot takes longer to be sent than a test to strike. */
  private static final int LARGE = 48;

  private static final String VALUE = "v".repeat(1 << 20);

  @TempDir private static Path dir = Path.of("");

  private static LiveMesh old;

  @BeforeAll
  static void start() {
    old = LiveMesh.start(dir.resolve("old"));
    LiveNode leader = old.awaitLeader();
    for (int i = 0; i < LARGE; i++) {
      leader.commit("large/" + i, VALUE);
    }
  }

  @AfterAll
  static void end() {
    old.close();
  }

  private static Path folder(String name) throws IOException {
    return Files.createDirectories(dir.resolve(name));
  }

  private static VerbRun restore(Path file, Path mesh, String node) {
    return VerbRun.of(
        "snapshot",
        "restore",
        file.toString(),
        "--mesh-id",
        "second",
        "--node",
        node,
        "--data-dir",
        mesh.resolve(node).resolve("data").toString());
  }

  private static Optional<String> revision(LiveNode node, String key) {
    return node.read(key).header().apply("Holdfast-Mod-Revision");
  }

  @Test
  void meshMadeOfASnapshotUnderLoadHoldsAllThatWasAcknowledgedBefore() throws Exception {
    Path mesh = folder("second");
    Path file = mesh.resolve("snapshot");
    LiveNode leader = old.awaitLeader();
    LiveNode follower = old.othersThan(leader).get(0);
    Map<String, String> before = new HashMap<>();
    long acknowledged = 0;
    try (Load load = Load.start(old, "load")) {
      load.awaitMore(20);
      for (int i = 0; i < BEFORE; i++) {
        leader.commit("before/" + i, "value " + i);
        before.put("before/" + i, "value " + i);
      }
      acknowledged = Long.parseLong(revision(leader, "before/" + (BEFORE - 1)).orElseThrow());
      VerbRun saved =
          VerbRun.of(
              "snapshot", "save", file.toString(), "--endpoints", follower.endpoint().toString());
      assertThat(saved.exit()).as(saved.text()).isZero();
      load.awaitMore(20);
      load.stop();
    }
    Inspection found = SnapshotFile.inspect(file);
    assertThat(found.header().meshId()).isEqualTo("holdfast");
    assertThat(found.state().revision()).isGreaterThanOrEqualTo(acknowledged);

    for (String node : List.of("n1", "n2", "n3")) {
      VerbRun restored = restore(file, mesh, node);
      assertThat(restored.exit()).as(restored.text()).isZero();
    }
    try (LiveMesh second = LiveMesh.start(mesh, "holdfast.mesh.id=second")) {
      LiveNode newLeader = second.awaitLeader();
      second.assertHolds(before);
      for (String key : before.keySet()) {
        assertThat(revision(newLeader, key)).isEqualTo(revision(leader, key));
      }
      newLeader.commit("after", "1");
      assertThat(revision(newLeader, "after")).contains("" + (found.state().revision() + 1));
      assertThat(newLeader.group().orElseThrow().applied())
          .isGreaterThan(found.state().applied().number());
      second.awaitEqualChains();

      LiveNode away = old.othersThan(old.awaitLeader()).get(0);
      away.kill();
      LiveNode replaced = second.node(old.nodes().indexOf(away));
      replaced.kill();
      VerbRun joined = joinFrom(away.dataDir(), replaced, second);
      assertThat(joined.exit()).as(joined.text()).isEqualTo(7);
      assertThat(joined.text()).contains("belongs to mesh holdfast, this node to mesh second");
      away.start();
      replaced.start();
      second.awaitLeader();
      second.awaitEqualChains();
    }
    old.awaitLeader();
  }

  /** An old node in the place of the new one of its name, where the others would hear it. */
  private static VerbRun joinFrom(Path data, LiveNode place, LiveMesh mesh) {
    String peers =
        mesh.nodes().stream()
            .map(node -> node.id() + "@" + node.meshAddress())
            .collect(Collectors.joining(","));
    return VerbRun.of(
        "node",
        "--id=" + place.id(),
        "--data-dir=" + data,
        "--mesh-addr=" + place.meshAddress(),
        "--http-addr=" + place.endpoint(),
        "--peers=" + peers);
  }

  /**
   * The slot that a snapshot of a node is of; the snapshot itself is not read. A node that has no
   * room yet, or lags for longer than it waits, is asked again.
   */
  private static long slotOfSnapshot(LiveNode node) {
    return await("a snapshot that is begun")
        .atMost(LiveMesh.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              HttpURLConnection request = snapshotOf(node);
              try {
                int status = request.getResponseCode();
                assertThat(status).isIn(200, 429, 503);
                return status == 200 ? request.getHeaderFieldLong("Holdfast-Slot", -1) : -1L;
              } finally {
                request.disconnect();
              }
            },
            slot -> slot >= 0);
  }

  private static HttpURLConnection snapshotOf(LiveNode node) throws IOException {
    return (HttpURLConnection)
        URI.create("http://" + node.endpoint() + "/v1/groups/main/snapshot")
            .toURL()
            .openConnection();
  }

  @Test
  void snapshotOfAFollowerHoldsWhatWasJustAcknowledged() throws Exception {
    LiveNode leader = old.awaitLeader();
    LiveNode follower = old.othersThan(leader).get(0);
    for (int i = 0; i < 10; i++) {
      String key = "just/" + i;
      Answer put =
          await("a write that is acknowledged")
              .atMost(LiveMesh.PATIENCE)
              .until(() -> leader.put(key, "acknowledged"), answer -> answer.status() == 200);
      long slot = put.json().path("slot").asLong();
      assertThat(slot).isPositive();
      assertThat(slotOfSnapshot(follower)).isGreaterThanOrEqualTo(slot);
    }
  }

  /** A client that has gone is noticed a moment later. */
  private static void awaitRoom(LiveNode node) {
    await("a snapshot that may be begun")
        .atMost(LiveMesh.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              HttpURLConnection request = snapshotOf(node);
              int status = request.getResponseCode();
              request.disconnect();
              return status == 200;
            });
  }

  @Test
  void thirdSnapshotAtATimeIsRefusedUntilAClientLeaves() throws Exception {
    LiveNode node = old.awaitLeader();
    awaitRoom(node);
    await("both places free")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(
            () -> {
              HttpURLConnection first = snapshotOf(node);
              HttpURLConnection second = snapshotOf(node);
              HttpURLConnection third = snapshotOf(node);
              try {
                assertThat(first.getResponseCode()).isEqualTo(200);
                assertThat(second.getResponseCode()).isEqualTo(200);
                assertThat(third.getResponseCode()).isEqualTo(429);
                assertThat(third.getHeaderField("Retry-After")).isEqualTo("1");
              } finally {
                first.disconnect();
                second.disconnect();
                third.disconnect();
              }
            });
    awaitRoom(node);
  }

  @Test
  void nodeThatIsKilledInMidSaveLeavesNoFileAndAnotherGivesItWhole() throws Exception {
    LiveNode leader = old.awaitLeader();
    LiveNode serving = old.othersThan(leader).get(0);
    Path file = folder("killed").resolve("snapshot");
    Path part = SnapshotFile.partOf(file);

    VerbRun alone = saveWhileKilling(serving, file, serving.endpoint().toString());
    assertThat(alone.exit()).as(alone.text()).isEqualTo(2);
    assertThat(alone.text()).contains("broke off after", "was not written", part.toString());
    assertThat(file).doesNotExist();
    assertThat(part).exists();
    serving.start();
    old.awaitLeader();

    VerbRun both = saveWhileKilling(serving, file, serving.endpoint() + "," + leader.endpoint());
    assertThat(both.exit()).as(both.text()).isZero();
    assertThat(both.text()).contains("broke off after", "trying the next node");
    assertThat(SnapshotFile.inspect(file).state().keyCount()).isGreaterThanOrEqualTo(LARGE);
    assertThat(part).doesNotExist();
    serving.start();
    old.awaitLeader();
  }

  private static VerbRun saveWhileKilling(LiveNode serving, Path file, String endpoints)
      throws Exception {
    Files.deleteIfExists(SnapshotFile.partOf(file));
    // A node that has just started may refuse at first, and then another one gives all of it.
    assertThat(slotOfSnapshot(serving)).isPositive();
    CompletableFuture<VerbRun> save =
        CompletableFuture.supplyAsync(
            () ->
                VerbRun.of(
                    "snapshot",
                    "save",
                    file.toString(),
                    "--timeout=3s",
                    "--endpoints=" + endpoints));
    await("a part of the snapshot")
        .atMost(LiveMesh.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(SnapshotFile.partOf(file)) && sizeOfPart(file) > 1 << 20);
    serving.kill();
    return save.join();
  }

  private static long sizeOfPart(Path file) throws IOException {
    return Files.size(SnapshotFile.partOf(file));
  }

  @Test
  void restoreThatIsKilledLeavesADirectoryThatNoNodeStartsOnAndRunsAgain() throws Exception {
    Path mesh = folder("half");
    Path file = mesh.resolve("snapshot");
    VerbRun saved =
        VerbRun.of(
            "snapshot",
            "save",
            file.toString(),
            "--endpoints",
            old.awaitLeader().endpoint().toString());
    assertThat(saved.exit()).as(saved.text()).isZero();
    Path data = mesh.resolve("n1").resolve("data");
    String[] restore = {
      "snapshot", "restore", file.toString(), "--mesh-id=second", "--node=n1", "--data-dir=" + data
    };
    Process restoring = VerbRun.process(mesh.resolve("log"), restore);
    await("a restore under way")
        .atMost(LiveMesh.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(data.resolve("store-main.receiving.mv.db")));
    restoring.destroyForcibly().waitFor();

    VerbRun started =
        VerbRun.of("node", "--id=n1", "--data-dir=" + data, "--set=holdfast.mesh.id=second");
    assertThat(started.exit()).as(started.text()).isEqualTo(5);
    assertThat(started.text()).contains("is only partly restored from", "run it again");

    VerbRun again = VerbRun.of(restore);
    assertThat(again.exit()).as(again.text()).isZero();
    assertThat(VerbRun.of("verify", "--dir", data.toString()).exit()).isZero();
    VerbRun third = VerbRun.of(restore);
    assertThat(third.exit()).as(third.text()).isEqualTo(1);
    assertThat(third.text()).contains("a restore replaces nothing");
  }

  @Test
  void founderThatBeganWithNothingIsRefusedByTheOthers() throws Exception {
    Path mesh = folder("mixed");
    Path file = mesh.resolve("snapshot");
    VerbRun saved =
        VerbRun.of(
            "snapshot",
            "save",
            file.toString(),
            "--endpoints",
            old.awaitLeader().endpoint().toString());
    assertThat(saved.exit()).as(saved.text()).isZero();
    assertThat(restore(file, mesh, "n1").exit()).isZero();
    try (LocalMesh mixed =
        LocalMesh.start(
            new LocalMesh.Plan(
                mesh,
                3,
                Optional.empty(),
                LocalMesh.QUICK_FLAGS,
                List.of("--set=holdfast.mesh.id=second")))) {
      for (int empty = 1; empty <= 2; empty++) {
        int index = empty;
        await("the end of an empty founder")
            .atMost(LiveMesh.PATIENCE)
            .until(() -> !mixed.isAlive(index));
        assertThat(mixed.logTail(index, 100))
            .contains("founders began with different states", "group main of n1 with what was");
      }
      assertThat(mixed.isAlive(0)).isTrue();
    }
  }
}
