package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that comes back when the others have long dropped from memory what it lacks. */
class CatchUpTest {

  /** In memory the members keep fewer than a third of the batches that the test writes. */
  private static final int TAIL_BYTES = 32 * 1024;

  private static final int BATCHES = 100;
  private static final String VALUE = "v".repeat(2048);

  private static LiveMesh mesh;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh =
        LiveMesh.start(
            dir,
            "holdfast.acceptor.tail-bytes=" + TAIL_BYTES,
            "holdfast.acceptor.tail-hard-bytes=" + TAIL_BYTES * 2,
            "holdfast.acceptor.snapshot-every-events=50",
            "holdfast.replica.fetch-chunk-bytes=" + TAIL_BYTES / 2);
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @Test
  void memberThatWasAwayCatchesUpFromTheJournalsOfTheOthers() {
    LiveNode leader = mesh.awaitLeader();
    LiveNode away = mesh.othersThan(leader).get(0);
    away.kill();
    Map<String, String> written = new HashMap<>();
    for (int i = 0; i < BATCHES; i++) { // one after another: each is a batch of its own
      String key = "away/" + i;
      leader.commit(key, VALUE + i);
      written.put(key, VALUE + i);
    }
    assertThat((long) BATCHES * VALUE.length()).isGreaterThan(TAIL_BYTES * 2L);
    away.start();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(written);
  }
}
