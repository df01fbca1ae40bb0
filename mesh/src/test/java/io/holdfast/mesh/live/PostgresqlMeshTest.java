package io.holdfast.mesh.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.acceptor.store.PostgresqlProcess;
import io.holdfast.sync.store.SnapshotFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three node processes that keep their data in schemas of one PostgreSQL server. */
class PostgresqlMeshTest {

  private static final int SOME = 40;
  private static final int WRITTEN = 150;
  private static final int TAIL_BYTES = 64 * 1024;
  private static final String VALUE = "v".repeat(5_000);

  /** As with files: the disk, or what stands for it, has failed. */
  private static final int STORAGE_FAILED = 5;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path dir;

  @SuppressWarnings("NullAway.Init")
  private static PostgresqlProcess server;

  @SuppressWarnings("NullAway.Init")
  private static LiveMesh mesh;

  @SuppressWarnings("NullAway.Init")
  private LiveNode leader;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresqlProcess.start();
    Path password = Files.writeString(dir.resolve("password"), PostgresqlProcess.PASSWORD + "\n");
    mesh =
        LiveMesh.start(
            dir,
            "holdfast.store=postgresql",
            "holdfast.postgresql.url=" + server.url(),
            "holdfast.postgresql.user=" + PostgresqlProcess.USER,
            "holdfast.postgresql.password-file=" + password,
            "holdfast.coordinator.log-silence=1500ms",
            "holdfast.acceptor.tail-bytes=" + TAIL_BYTES,
            "holdfast.acceptor.tail-hard-bytes=" + TAIL_BYTES * 2,
            "holdfast.acceptor.snapshot-every-events=50",
            "holdfast.replica.flush-interval=20ms");
  }

  @AfterAll
  static void end() {
    if (mesh != null) {
      mesh.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void restore() {
    leader = mesh.restore();
  }

  private static int exitOf(LiveNode node) {
    Process process = node.process();
    return await(node + " ends")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> process.isAlive() ? -1 : process.exitValue(), exit -> exit >= 0);
  }

  @Test
  void keepsEveryAcknowledgedWriteWhenTheLeaderAndThenAllAreKilled() throws Exception {
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "killed")) {
      load.awaitMore(SOME);
      leader.kill();
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
    for (LiveNode node : mesh.nodes()) {
      assertThat(node.dataDir()).isDirectoryNotContaining("glob:**.mv.db");
      assertThat(node.counter("storeBytes")).isPositive();
      assertThat(node.log()).doesNotContain(PostgresqlProcess.PASSWORD);
    }
    Path saved = dir.resolve("saved");
    VerbRun save =
        VerbRun.of(
            "snapshot", "save", saved.toString(), "--endpoints", "" + mesh.node(0).endpoint());
    assertThat(save.exit()).as(save.text()).isZero();
    assertThat(SnapshotFile.inspect(saved).state().revision())
        .isGreaterThanOrEqualTo(acknowledged.size());
  }

  @Test
  void memberThatWasAwayComesBackBySnapshot() {
    LiveNode away = mesh.othersThan(leader).get(0);
    away.kill();
    Map<String, String> written = new HashMap<>();
    for (int i = 0; i < WRITTEN; i++) {
      leader.commit("away/" + i, VALUE + i);
      written.put("away/" + i, VALUE + i);
    }
    long most = leader.group().orElseThrow().applied() - WRITTEN / 2;
    await("the log is trimmed past who is away")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> mesh.othersThan(away).stream().allMatch(node -> trimmed(node) > most));
    away.start();
    await("a snapshot is in place")
        .atMost(LiveMesh.PATIENCE)
        .untilAsserted(() -> assertThat(away.log()).contains("goes on from a snapshot of slot"));
    mesh.awaitLeader();
    mesh.awaitEqualChains();
    mesh.assertHolds(written);
    mesh.awaitAllStored();
    away.kill();
    away.start();
    mesh.awaitLeader();
    mesh.awaitEqualChains();
  }

  @Test
  void deletedGroupThatAnotherSessionLooksAtIsDroppedOnceThatEnds() throws Exception {
    String endpoint = "" + mesh.node(0).endpoint();
    VerbRun create = VerbRun.of("group", "create", "orders", "--w", "2", "--endpoints", endpoint);
    assertThat(create.exit()).as(create.text()).isZero();
    LiveNode looked = mesh.node(1);
    String pattern = "holdfast\\_" + looked.id() + "\\_store-orders%";
    await("the store is there")
        .atMost(LiveMesh.PATIENCE)
        .until(() -> schemas(pattern).size() == 1 && looked.log().contains("orders"));
    try (Connection dump = server.connect()) {
      dump.setAutoCommit(false);
      try (Statement statement = dump.createStatement()) {
        statement.execute(
            "LOCK TABLE \"%s\".store_state IN ACCESS SHARE MODE"
                .formatted(schemas(pattern).get(0)));
      }
      VerbRun delete = VerbRun.of("group", "delete", "orders", "--yes", "--endpoints", endpoint);
      assertThat(delete.exit()).as(delete.text()).isZero();
      await("it is left for later")
          .atMost(LiveMesh.PATIENCE)
          .until(() -> looked.log().contains("cannot be dropped while another session"));
      assertThat(schemas(pattern)).hasSize(1);
      dump.rollback();
    }
    await("it is dropped").atMost(LiveMesh.PATIENCE).until(() -> schemas(pattern).isEmpty());
    assertThat(looked.process().isAlive()).isTrue();
  }

  private static List<String> schemas(String pattern) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = server.connect();
        PreparedStatement query =
            connection.prepareStatement("SELECT nspname FROM pg_namespace WHERE nspname LIKE ?")) {
      query.setString(1, pattern);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
    }
    return found;
  }

  private static long trimmed(LiveNode node) {
    return node.group().orElseThrow().json().path("trimmed").asLong();
  }

  @Test
  void nodeThatLosesItsServerEndsAndGoesOnOnceItIsBack() {
    Map<String, String> acknowledged;
    try (Load load = Load.start(mesh, "lost")) {
      load.awaitMore(SOME);
      server.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name LIKE 'holdfast "
              + leader.id()
              + " %'");
      assertThat(exitOf(leader)).isEqualTo(STORAGE_FAILED);
      assertThat(leader.log())
          .contains("storage failed", "next: see to the server at " + server.url())
          .doesNotContain(PostgresqlProcess.PASSWORD);
      load.awaitMore(SOME);
      leader.start();
      mesh.awaitLeader();
      server.stop();
      for (LiveNode node : mesh.nodes()) {
        assertThat(exitOf(node)).isEqualTo(STORAGE_FAILED);
      }
      server.begin();
      mesh.nodes().forEach(LiveNode::start);
      load.awaitMore(SOME);
      acknowledged = load.stop();
    }
    mesh.awaitLeader();
    mesh.assertHolds(acknowledged);
    mesh.awaitEqualChains();
  }
}
