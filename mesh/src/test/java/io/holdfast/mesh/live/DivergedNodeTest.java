package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose state is not what the others' is, though every byte of it is well kept. */
class DivergedNodeTest {

  private static final int SOME = 60;

  private static LiveMesh mesh;
  private LiveNode leader;
  private LiveNode wrong;

  @BeforeAll
  static void start(@TempDir Path dir) {
    mesh = LiveMesh.start(dir, "holdfast.replica.flush-interval=20ms");
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @BeforeEach
  void restore() {
    leader = mesh.restore();
    wrong = mesh.othersThan(leader).get(0);
  }

  @Test
  void replicaThatDiffersTakesTheStateOfAnotherAndKeepsItsOwnAside() throws Exception {
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "diverged")) {
      load.awaitMore(SOME);
      wrong.kill();
      alter(wrong, "something");
      load.awaitMore(SOME);
      wrong.start();
      await("another state is in place")
          .atMost(LiveMesh.PATIENCE)
          .until(() -> wrong.log().contains("goes on from a snapshot of slot"));
      load.awaitMore(SOME);
      acknowledged = load.stop();
    }
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(acknowledged);
    assertThat(wrong.log()).contains("differs from a majority at slot");
    assertThat(files(wrong))
        .anyMatch(name -> name.matches("store-main\\.aside-\\d+\\.mv\\.db"))
        .doesNotContain("store-main.diverged");
    assertThat(status(wrong).path("state").asText()).isEqualTo("none");
    assertThat(status(leader).path("count").asLong()).as("counted as id_drift").isPositive();
  }

  /** One member is away, the other two differ: only an operator can say who is right. */
  @Test
  void operatorWhoSaysWhichIsRightRepairsAReplicaWhoseFilesAreSound() throws Exception {
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "right")) {
      load.awaitMore(SOME);
      acknowledged = load.stop();
    }
    mesh.awaitEqualChains();
    mesh.awaitAllStored();
    LiveNode away = mesh.othersThan(leader).get(1);
    away.kill();
    wrong.kill();
    alter(away, "one");
    alter(wrong, "another");
    wrong.start();
    await("no majority agrees")
        .atMost(LiveMesh.PATIENCE)
        .ignoreExceptions()
        .until(() -> Stream.of(leader, wrong).anyMatch(DivergedNodeTest::hasNoMajority));

    VerbRun repaired =
        VerbRun.of(
            "repair",
            "--dir=" + away.dataDir(),
            "--from=" + leader.endpoint(),
            "--group=main",
            "--yes");

    assertThat(repaired.exit()).as(repaired.text()).isZero();
    assertThat(repaired.text()).contains("will fetch group main", "the store before, kept");
    away.start();
    await("the other one is given a state")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> wrong.log().contains("goes on from a snapshot of slot"));
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(acknowledged);
  }

  private static com.fasterxml.jackson.databind.JsonNode status(LiveNode node) {
    return node.group().orElseThrow().json().path("divergence");
  }

  private static boolean hasNoMajority(LiveNode node) {
    return node.group()
        .filter(g -> g.json().path("divergence").path("state").asText().equals("no_majority"))
        .isPresent();
  }

  private static List<String> files(LiveNode node) throws IOException {
    try (Stream<Path> files = Files.list(node.dataDir())) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  /** As if a bit had flipped while something was executed: what follows from it is well stored. */
  private static void alter(LiveNode node, String what) throws SQLException {
    try (DurableDatabase database = DurableDatabase.open(node.dataDir().resolve("store-main"));
        Connection connection = database.connect();
        Statement query = connection.createStatement()) {
      StoredProgress stored;
      try (ResultSet row = query.executeQuery("SELECT state FROM store_state WHERE id = 1")) {
        assertThat(row.next()).isTrue();
        stored = StoreCodec.decodeState(ByteString.copyFrom(row.getBytes(1)));
      }
      ByteString altered = StoreCodec.encodeState(stored.with(other(stored.header(), what)));
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE store_state SET state = ?, checksum = ? WHERE id = 1")) {
        update.setBytes(1, altered.toByteArray());
        update.setLong(2, checksum(altered));
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
    }
  }

  private static StateHeader other(StateHeader header, String what) {
    return header.with(Digest.of(ByteString.copyFromUtf8(what + " else was executed")));
  }

  /** That of a row: of its key and its bytes. */
  private static long checksum(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(1).flip());
    crc.update(bytes.toByteArray());
    return crc.getValue();
  }
}
