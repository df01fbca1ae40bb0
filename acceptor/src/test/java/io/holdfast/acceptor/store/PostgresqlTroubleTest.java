package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.ServerMark;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a node's data when its server is told to be another while it runs. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PostgresqlTroubleTest {

  private static final NodeId NODE = new NodeId("n1");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init") // by JUnit
  private static PostgresqlProcess server;

  @BeforeAll
  static void start() {
    server = PostgresqlProcess.start();
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  private static PostgresqlSettings quick() {
    PostgresqlSettings settings = server.settings();
    return new PostgresqlSettings(
        settings.url(),
        settings.user(),
        settings.password(),
        settings.schemaPrefix(),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2));
  }

  private static void set(String setting) {
    server.execute("ALTER SYSTEM SET " + setting);
    server.execute("SELECT pg_reload_conf()");
  }

  /** Ends the waiting of every commit of ours for a standby. */
  private static boolean cancelledAWaitingCommit() throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                    + " WHERE wait_event = 'SyncRep'")) {
      return row.next() && row.getInt(1) > 0;
    }
  }

  /** The checkpointer takes the setting over, some time after it was told. */
  private static void awaitThatCommitsWait() {
    AtomicInteger tries = new AtomicInteger();
    AtomicBoolean waited = new AtomicBoolean();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              CompletableFuture<Void> probe =
                  inBackground(
                      () -> server.execute("CREATE TABLE waits_" + tries.incrementAndGet() + "()"));
              Awaitility.await()
                  .atMost(PATIENCE)
                  .until(
                      () -> {
                        waited.compareAndSet(false, cancelledAWaitingCommit());
                        return probe.isDone();
                      });
              return waited.get();
            });
  }

  private static CompletableFuture<Void> inBackground(Write write) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            write.run();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static JournalRow row(long number) {
    return new JournalRow(
        "p",
        number,
        false,
        "w",
        1,
        "",
        new SerializedPayload(1, "", new byte[] {1}),
        null,
        Set.of());
  }

  @Test
  void commitThatWasMadeOnOneDiskOnlyIsNoCommit() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE);
        NodeDatabase database = site.place("journal").open();
        JdbcEventJournal journal = JdbcEventJournal.open(database)) {
      journal.append(List.of(row(1)));
      assertThat(BootStamp.in(database)).isEmpty();
      set("synchronous_standby_names = 'nobody'");
      try {
        awaitThatCommitsWait();
        assertEndsWithAWarning(() -> journal.append(List.of(row(2))));
        assertEndsWithAWarning(() -> new BootStamp(1, 1).putInto(database));
      } finally {
        set("synchronous_standby_names = ''");
      }
      journal.append(List.of(row(3)));
      site.eraseOutside("other");
    }
  }

  private interface Write {
    void run() throws SQLException;
  }

  private static void assertEndsWithAWarning(Write write) {
    CompletableFuture<Void> writing = inBackground(write);
    Awaitility.await().atMost(PATIENCE).until(() -> cancelledAWaitingCommit() || writing.isDone());
    assertThatThrownBy(() -> writing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .hasStackTraceContaining("may not be durable")
        .hasStackTraceContaining("canceling wait for synchronous replication");
  }

  @Test
  void tellsThatTheServerMayForgetFromNowOn() throws Exception {
    CompletableFuture<StorageFailure> told = new CompletableFuture<>();
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE)) {
      site.watch(told::complete);
      set("full_page_writes = off");
      assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .hasStackTraceContaining("has full_page_writes = off");
    } finally {
      set("full_page_writes = on");
    }
  }

  @Test
  void noticesAServerThatDoesNotAnswerAndWaitsForItNoLongerThanItIsTold() throws Exception {
    CompletableFuture<StorageFailure> told = new CompletableFuture<>();
    PostgresqlSettings settings = quick();
    try (PostgresqlSite site = PostgresqlSite.open(settings, NODE);
        NodeDatabase database = site.place("journal").open();
        Connection writing = database.connect()) {
      site.watch(told::complete);
      server.freeze();
      try {
        assertThatThrownBy(() -> BootStamp.in(database)).isInstanceOf(StorageFailure.class);
        assertThatThrownBy(() -> new BootStamp(1, 1).putInto(database))
            .isInstanceOf(StorageFailure.class);
        assertThatThrownBy(() -> writing.createStatement().execute("SELECT 1"))
            .isInstanceOf(SQLException.class);
        assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasMessageContaining("lock");
      } finally {
        server.thaw();
      }
    }
  }

  @Test
  void knowsACopyThatWasPromotedAndReadsNothingOfIt() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE);
        NodeDatabase database = site.place("journal").open()) {
      ServerMark before = site.mark().orElseThrow();
      server.stopAndPromote();
      assertThatThrownBy(database::connectToRead)
          .hasStackTraceContaining("another server than before");
      assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
      try (PostgresqlSite again = PostgresqlSite.open(server.settings(), NODE)) {
        ServerMark after = again.mark().orElseThrow();
        assertThat(after.system()).isEqualTo(before.system());
        assertThat(after.timeline()).isEqualTo(before.timeline() + 1);
        assertThat(after.isSameServer(before)).isFalse();
      }
    }
  }

  @Test
  void tellsHowFarTheServersLogIsAsItGrows() throws Exception {
    CompletableFuture<ServerMark> told = new CompletableFuture<>();
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE)) {
      site.followMark(told::complete);
      server.execute("SELECT pg_switch_wal()");
      server.execute("CREATE TABLE growing (a INT)");
      server.execute("DROP TABLE growing");
      ServerMark first = site.mark().orElseThrow();
      ServerMark later = told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(later.isSameServer(first)).isTrue();
      assertThat(later.position()).isGreaterThan(first.position());
    }
  }
}
