package io.holdfast.chaos.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that ends, as by SIGKILL, at a step of receiving a snapshot or putting it in place. */
class KilledWhileReceivingTest {

  /** Set, the test goes through every step; else through one of each half. */
  private static final String ALL = "holdfast.test.every-step";

  private static final int TAIL_BYTES = 64 * 1024;
  private static final int WRITTEN = 300;
  private static final String VALUE = "v".repeat(10_000);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static LiveMesh mesh;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh =
        LiveMesh.start(
            new LiveMesh.Plan(
                dir,
                3,
                2,
                false,
                1,
                Map.of(
                    "holdfast.coordinator.log-silence", "1500ms",
                    "holdfast.acceptor.tail-bytes", "" + TAIL_BYTES,
                    "holdfast.acceptor.tail-hard-bytes", "" + TAIL_BYTES * 2,
                    "holdfast.acceptor.snapshot-every-events", "50",
                    "holdfast.replica.flush-interval", "20ms")));
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  static List<String> steps() {
    return System.getProperty(ALL) == null
        ? List.of("chunk-taken", "old-renamed")
        : List.of(
            "chunk-taken",
            "snapshot-finished",
            "stamped",
            "content-synced",
            "old-renamed",
            "old-name-synced",
            "new-renamed",
            "new-name-synced");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void nextStartFindsTheOldStateOrTheNewOneWhole(String step) {
    LiveNode leader = mesh.restore();
    LiveNode away = mesh.othersThan(leader).get(0);
    away.kill();
    for (int i = 0; i < WRITTEN; i++) {
      leader.commit(step + "/" + i, VALUE + i);
    }
    long needed = applied(leader) - WRITTEN / 2;
    await("the logs of the others are trimmed")
        .atMost(PATIENCE)
        .until(() -> mesh.othersThan(away).stream().allMatch(node -> trimmed(node) > needed));

    away.dieNextTimeAt(step);
    away.start();
    await("it ends at " + step).atMost(PATIENCE).until(() -> !away.isAlive());
    away.start();

    assertThat(mesh.awaitLeader()).isNotNull();
    mesh.awaitEqualChains();
    for (int i = 0; i < WRITTEN; i += 7) {
      assertThat(away.read(step + "/" + i).body()).isEqualTo(VALUE + i);
    }
  }

  private static long applied(LiveNode node) {
    return node.group().orElseThrow().applied();
  }

  private static long trimmed(LiveNode node) {
    // A busy node may not answer in time.
    return node.group().map(group -> group.json().path("trimmed").asLong()).orElse(-1L);
  }
}
