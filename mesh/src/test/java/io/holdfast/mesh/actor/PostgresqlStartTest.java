package io.holdfast.mesh.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.store.PostgresqlProcess;
import io.holdfast.config.SettingsReader;
import io.holdfast.config.SettingsResult;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.ServerMark;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.HoldfastNode;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.HoldfastCommand;
import io.holdfast.mesh.cli.MeshNodeRunner;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts on a PostgreSQL server that must be refused, in clear words and with nothing lost. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PostgresqlStartTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temporary;

  @SuppressWarnings("NullAway.Init")
  private PostgresqlProcess server;

  @SuppressWarnings("NullAway.Init")
  private PostgresqlSettings postgresql;

  @BeforeEach
  void haveServer() {
    server = PostgresqlProcess.shared();
    postgresql = server.settings();
  }

  private Map<String, String> values(String directory) {
    Map<String, String> all = new HashMap<>();
    all.put("holdfast.node.id", "n1");
    all.put("holdfast.node.data-dir", temporary.resolve(directory).toString());
    all.put("holdfast.http.addr", "127.0.0.1:0");
    all.put("holdfast.mesh.alone", "on");
    all.put("holdfast.store", "postgresql");
    all.put("holdfast.postgresql.url", postgresql.url());
    all.put("holdfast.postgresql.user", postgresql.user());
    all.put("holdfast.postgresql.password", postgresql.password());
    all.put("holdfast.postgresql.schema-prefix", postgresql.schemaPrefix());
    all.put("holdfast.postgresql.connect-timeout", "30s");
    return all;
  }

  private HoldfastSettings settings(String directory, Map<String, String> more) {
    Map<String, String> all = values(directory);
    all.putAll(more);
    SettingsResult read = SettingsReader.read(Optional.empty(), new Properties(), Map.of(), all);
    assertThat(read).isInstanceOf(SettingsResult.Valid.class);
    return ((SettingsResult.Valid) read).settings();
  }

  private String refusal(String directory, Map<String, String> more) {
    try {
      HoldfastNode.start(settings(directory, more)).close();
    } catch (NodeStartException | DataDirectoryException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it was not refused");
  }

  private void runOnce(String directory) throws Exception {
    HoldfastNode.start(settings(directory, Map.of())).close();
  }

  @Test
  void commandLineSaysInOneLineWhyAServerCannotBeUsedAndLeavesNoDirectoryBehind() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Console console = new Console(InputStream.nullInputStream(), out, out, Map.of(), false);
    List<String> arguments = new ArrayList<>(List.of("node"));
    Map<String, String> all = values("n1");
    all.put("holdfast.postgresql.password", "wr0ng");
    all.forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
    int exit =
        HoldfastCommand.create(console, Optional.of(new MeshNodeRunner()))
            .execute(arguments.toArray(String[]::new));

    assertThat(exit).isEqualTo(5);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .hasSize(1)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("holdfast.postgresql.url = " + postgresql.url())
                    .contains("password authentication failed")
                    .doesNotContain("wr0ng"));
    assertThat(temporary.resolve("n1")).doesNotExist();
  }

  @Test
  void secondNodeOnTheSameSchemasIsToldOfTheFirst() throws Exception {
    try (HoldfastNode first = HoldfastNode.start(settings("n1", Map.of()))) {
      assertThat(first.httpPort()).isPositive();
      assertThat(refusal("other", Map.of()))
          .contains("in use by 'holdfast n1 " + ProcessHandle.current().pid() + "'");
    }
    assertThat(refusal("other", Map.of()))
        .contains("_n1_journal of " + postgresql.url(), "belongs to another data directory");
    runOnce("n1");
  }

  @Test
  void directoryStaysWithWhatItWasFoundedWith() throws Exception {
    runOnce("server");
    assertThat(refusal("server", Map.of("holdfast.store", "h2")))
        .contains("was founded with holdfast.store = postgresql", "not h2");
    HoldfastNode.start(settings("files", Map.of("holdfast.store", "h2"))).close();
    assertThat(refusal("files", Map.of()))
        .contains("was founded with holdfast.store = h2", "not postgresql");
    runOnce("server");
  }

  @Test
  void journalThatIsMissingOrWasEmptiedIsRefused() throws Exception {
    runOnce("n1");
    String schema = "\"" + postgresql.schemaPrefix() + "_n1_journal\"";
    server.execute("ALTER SCHEMA " + schema + " RENAME TO hidden");
    assertThat(refusal("n1", Map.of()))
        .contains("_n1_journal", "is missing though this node has voted");
    server.execute("CREATE SCHEMA " + schema);
    assertThat(refusal("n1", Map.of())).contains("_n1_journal", "was emptied");
    server.execute("DROP SCHEMA " + schema + " CASCADE");
    server.execute("ALTER SCHEMA hidden RENAME TO " + schema);
    runOnce("n1");
  }

  @Test
  void freshDirectoryInThePlaceOfALostOneIsToldWhatToDrop() throws Exception {
    runOnce("lost");
    String refusal = refusal("fresh", Map.of());
    String prefix = postgresql.schemaPrefix() + "_n1_";
    String drop =
        "DROP SCHEMA \"%sjournal\", \"%sstore-main\", \"%sstore-meta\" CASCADE"
            .formatted(prefix, prefix, prefix);
    assertThat(refusal).contains("this one is fresh", "member replace", "schema-prefix", drop);
    assertThat(refusal("fresh", Map.of())).contains(drop);

    server.execute(drop);
    runOnce("fresh");
    assertThat(refusal("lost", Map.of()))
        .contains("belongs to another data directory")
        .doesNotContain("DROP SCHEMA");
  }

  @Test
  void promotedStandbyIsRefusedUntilTheOperatorKnowsThatItHasAll() throws Exception {
    try (PostgresqlProcess own = PostgresqlProcess.start()) {
      postgresql = own.settings();
      runOnce("n1");
      own.stopAndPromote();
      Path mark = temporary.resolve("n1").resolve("server");
      for (int i = 0; i < 2; i++) { // nothing is learned by being asked again
        assertThat(refusal("n1", Map.of()))
            .contains("timeline 2", "timeline 1", "member replace n1", "delete " + mark);
      }
      Files.delete(mark);
      runOnce("n1");
    }
  }

  @Test
  void serverWithoutTheDatabasesIsNotLearned() throws Exception {
    runOnce("n1");
    PostgresqlSettings right = postgresql;
    Path mark = temporary.resolve("n1").resolve("server");
    Files.delete(mark);
    try (PostgresqlProcess other = PostgresqlProcess.start()) {
      postgresql = other.settings();
      assertThat(refusal("n1", Map.of())).contains("is missing");
    }
    assertThat(mark).doesNotExist();
    postgresql = right;
    runOnce("n1");
  }

  @Test
  void copyThatIsOlderOnTheSameTimelineIsRefused() throws Exception {
    runOnce("n1");
    Path home = temporary.resolve("n1");
    try (DataDirectory directory =
        DataDirectory.open(home, settings("n1", Map.of()).mesh().id(), new NodeId("n1"))) {
      ServerMark seen = directory.serverMark().orElseThrow();
      directory.saveServerMark(
          new ServerMark(seen.system(), seen.timeline(), seen.position() + (1L << 40)));
    }
    assertThat(refusal("n1", Map.of())).contains("an older copy", "delete ");
    Files.delete(home.resolve("server"));
    runOnce("n1");
  }

  @Test
  void nodeEndsWhenOnlyTheSessionOfItsLockIsLost() throws Exception {
    HoldfastNode node = HoldfastNode.start(settings("n1", Map.of()));
    server.execute(
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            + " WHERE l.locktype = 'advisory' AND l.mode = 'ExclusiveLock'"
            + " AND a.application_name = 'holdfast n1 %d'"
                .formatted(ProcessHandle.current().pid()));
    HoldfastNode.Ending ending = node.ended().toCompletableFuture().get(60, TimeUnit.SECONDS);
    assertThat(ending.reason()).isEqualTo(HoldfastNode.Reason.STORAGE);
    runOnce("n1");
  }

  @Test
  void storeThatIsMissingIsRefused() throws Exception {
    runOnce("n1");
    server.execute("DROP SCHEMA \"" + postgresql.schemaPrefix() + "_n1_store-main\" CASCADE");
    assertThat(refusal("n1", Map.of())).contains("_n1_store-main", "is missing");
  }

  @Test
  void verbsForFilesSayThatThereAreNone() throws Exception {
    runOnce("n1");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Console console = new Console(InputStream.nullInputStream(), out, out, Map.of(), false);
    int exit =
        HoldfastCommand.create(console, Optional.of(new MeshNodeRunner()))
            .execute("verify", "--dir", temporary.resolve("n1").toString());

    assertThat(exit).isNotZero();
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("keeps its databases in PostgreSQL", "holdfast.store = h2", "pg_amcheck")
        .doesNotContain("\tat ");
  }
}
