package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node asks of a server before and while it keeps its data there. */
final class PostgresqlSiteTest {

  private static final NodeId NODE = new NodeId("n1");
  private static final BootStamp STAMP = new BootStamp(7, 1);

  @SuppressWarnings("NullAway.Init") // by JUnit
  private PostgresqlProcess server;

  @BeforeEach
  void haveServer() {
    server = PostgresqlProcess.shared();
  }

  private static PostgresqlSettings with(
      PostgresqlSettings settings, String url, String user, String password) {
    return new PostgresqlSettings(
        url,
        user,
        password,
        settings.schemaPrefix(),
        settings.connectTimeout(),
        settings.socketTimeout());
  }

  private static String refusal(PostgresqlSettings settings) {
    try {
      PostgresqlSite.open(settings, NODE).close();
    } catch (DatabaseRefused e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it was not refused");
  }

  private static String answer(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  @Test
  void refusesAWrongPasswordWithoutShowingIt() {
    PostgresqlSettings settings = server.settings();
    assertThat(refusal(with(settings, settings.url(), settings.user(), "wr0ng")))
        .contains("holdfast.postgresql.url", settings.url(), "password authentication failed")
        .contains(PostgresqlProcess.USER)
        .doesNotContain("wr0ng");
  }

  @Test
  void refusesAServerThatIsNotThere() {
    PostgresqlSettings settings = server.settings();
    String nobody = "jdbc:postgresql://127.0.0.1:1/postgres";
    assertThat(refusal(with(settings, nobody, settings.user(), settings.password())))
        .contains("holdfast.postgresql.url = " + nobody, "refused", "next: see to the server");
  }

  @Test
  void refusesAServerThatMayForget() {
    try (PostgresqlProcess forgetful = PostgresqlProcess.start("fsync=off")) {
      assertThat(refusal(forgetful.settings()))
          .contains("has fsync = off", "expected: fsync = on", "postgresql.conf");
      forgetful.stop();
      forgetful.begin("full_page_writes=off");
      assertThat(refusal(forgetful.settings())).contains("has full_page_writes = off");
      forgetful.stop();
      forgetful.begin("data_sync_retry=on");
      assertThat(refusal(forgetful.settings())).contains("has data_sync_retry = on");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero_damaged_pages", "ignore_checksum_failure"})
  void refusesARoleThatReadsWhatIsDamaged(String setting) {
    server.execute("DROP ROLE IF EXISTS careless");
    server.execute("CREATE ROLE careless LOGIN PASSWORD 'c'");
    server.execute("ALTER ROLE careless SET " + setting + " = on");
    PostgresqlSettings settings = server.settings();
    assertThat(refusal(with(settings, settings.url(), "careless", "c")))
        .contains("has " + setting + " = on", "expected: " + setting + " = off", "ALTER ROLE");
  }

  @Test
  void refusesARoleThatMayMakeNoSchemasAndSaysWhatToGrant() {
    server.execute("DROP ROLE IF EXISTS weak");
    server.execute("CREATE ROLE weak LOGIN PASSWORD 'w'");
    PostgresqlSettings settings = server.settings();
    assertThat(refusal(with(settings, settings.url(), "weak", "w")))
        .contains("does not let user weak make schemas")
        .contains("GRANT CREATE ON DATABASE \"postgres\" TO \"weak\"");
  }

  @Test
  void commitsSynchronouslyWhateverTheRolesDefaultsAre() throws Exception {
    server.execute("DROP ROLE IF EXISTS hasty");
    server.execute("CREATE ROLE hasty LOGIN PASSWORD 'h'");
    server.execute("GRANT CREATE ON DATABASE postgres TO hasty");
    server.execute("ALTER ROLE hasty SET synchronous_commit = off");
    server.execute("ALTER ROLE hasty SET idle_in_transaction_session_timeout = '1s'");
    server.execute("ALTER ROLE hasty SET idle_session_timeout = '1s'");
    server.execute("ALTER ROLE hasty SET statement_timeout = '1s'");
    PostgresqlSettings settings = server.settings();
    try (PostgresqlSite site =
            PostgresqlSite.open(with(settings, settings.url(), "hasty", "h"), NODE);
        NodeDatabase database = site.place("journal").open();
        Connection writing = database.connect();
        Connection reading = database.connectToRead()) {
      for (Connection each : new Connection[] {writing, reading}) {
        assertThat(answer(each, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(answer(each, "SHOW idle_in_transaction_session_timeout")).isEqualTo("0");
        assertThat(answer(each, "SHOW idle_session_timeout")).isEqualTo("0");
        assertThat(answer(each, "SHOW statement_timeout")).isEqualTo("0");
        assertThat(answer(each, "SHOW tcp_user_timeout")).isEqualTo("25000");
      }
    }
  }

  @Test
  void refusesASecondProcessAndNamesTheFirst() {
    PostgresqlSettings settings = server.settings();
    PostgresqlSite first = PostgresqlSite.open(settings, NODE);
    assertThat(refusal(settings))
        .contains("in use by 'holdfast n1 " + ProcessHandle.current().pid() + "'")
        .contains(settings.schemaPrefix() + "_n1_*")
        .contains("holdfast.postgresql.schema-prefix");
    PostgresqlSite.open(settings, new NodeId("n2")).close();
    first.close();
    PostgresqlSite.open(settings, NODE).close();
  }

  /** NoWriterOutlivesItsLock. */
  @Test
  void refusesASecondProcessAsLongAsTheFirstCanWriteThoughItsLockWasLost() throws Exception {
    PostgresqlSettings settings = server.settings();
    try (PostgresqlSite first = PostgresqlSite.open(settings, NODE);
        NodeDatabase database = first.place("journal").open()) {
      // Nobody ends this one: as if its process had stopped before it noticed anything.
      Connection writer = first.writing(first.place("journal").schema());
      endLockOf(first);

      assertThat(refusal(settings)).contains("in use by 'holdfast n1");
      assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
      writer.close();
      PostgresqlSite.open(settings, NODE).close();
    }
  }

  @Test
  void tellsThatItsLockWasLost() throws Exception {
    PostgresqlSettings settings = server.settings();
    CompletableFuture<StorageFailure> told = new CompletableFuture<>();
    try (PostgresqlSite site = PostgresqlSite.open(settings, NODE)) {
      site.watch(told::complete);
      endLockOf(site);
      assertThat(told.get(30, TimeUnit.SECONDS)).hasMessageContaining("lock");
      CompletableFuture<StorageFailure> later = new CompletableFuture<>();
      site.watch(later::complete);
      assertThat(later).isCompleted();
    }
  }

  @Test
  void whatWritesIsEndedOnceTheLockIsLost() throws Exception {
    PostgresqlSettings settings = server.settings();
    CompletableFuture<StorageFailure> told = new CompletableFuture<>();
    try (PostgresqlSite site = PostgresqlSite.open(settings, NODE);
        NodeDatabase database = site.place("journal").open()) {
      Connection writer = database.connect();
      site.watch(told::complete);
      endLockOf(site);
      assertThat(told.get(30, TimeUnit.SECONDS)).hasMessageContaining("lock");
      // Whoever listens is told first.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> answer(writer, "SELECT 1"))
                      .isInstanceOf(SQLException.class));
    }
  }

  @Test
  void aSizeThatCannotBeToldEndsNothing() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE);
        NodeDatabase database = site.place("journal").open();
        Connection other = server.connect()) {
      CompletableFuture<StorageFailure> told = new CompletableFuture<>();
      site.watch(told::complete);
      assertThat(BootStamp.in(database)).isEmpty();
      other.setAutoCommit(false);
      try (Statement lock = other.createStatement()) {
        lock.execute(
            "LOCK TABLE "
                + site.place("journal").schema().quoted()
                + ".boot_stamp IN ACCESS EXCLUSIVE MODE");
      }
      assertThat(database.storedBytes()).isZero();
      assertThat(told).isNotDone();
      other.rollback();
      assertThat(database.storedBytes()).isPositive();
      site.eraseOutside("other");
    }
  }

  @Test
  void leavesWhatAnotherHasALockOnForLater() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE);
        Connection other = server.connect()) {
      SchemaPlace place = site.place("store-gone");
      stamp(place, 1);
      stamp(place.beside("receiving"), 1);
      other.setAutoCommit(false);
      try (Statement lock = other.createStatement()) {
        lock.execute(
            "LOCK TABLE "
                + place.beside("receiving").schema().quoted()
                + ".boot_stamp IN ACCESS SHARE MODE");
      }
      assertThat(site.eraseOutside("store-gone")).isFalse();
      assertThat(place.exists()).isTrue();
      other.rollback();
      assertThat(site.eraseOutside("store-gone")).isTrue();
      assertThat(place.exists()).isFalse();
    }
  }

  @Test
  void namesEverySchemaOfANodeToBeDropped() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE)) {
      SchemaPlace journal = site.place("journal");
      String prefix = journal.schema().text().replace("journal", "");
      stamp(site.place("store-main"), 1);
      stamp(site.place("store-main").beside("aside-1"), 1);
      // Of a node whose mesh has a longer prefix.
      server.execute("CREATE SCHEMA \"" + prefix + "n1_journal\"");
      assertThat(journal.droppingAll())
          .isEqualTo(
              "DROP SCHEMA \"%sjournal\", \"%sstore-main\", \"%sstore-main~aside-1\" CASCADE"
                  .formatted(prefix, prefix, prefix));
      site.eraseOutside("store-main");
      server.execute("DROP SCHEMA \"" + prefix + "n1_journal\"");
    }
  }

  /** Ends the session that holds the node's lock, and waits until it is gone. */
  private void endLockOf(PostgresqlSite site) {
    server.execute("SELECT pg_terminate_backend(" + site.lockHolder() + ")");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (Connection connection = server.connect()) {
                return answer(
                        connection,
                        "SELECT pid FROM pg_stat_activity WHERE pid = " + site.lockHolder())
                    .isEmpty();
              }
            });
  }

  @Test
  void tellsAMissingDatabaseFromAnEmptyOneAndStampsIt() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE)) {
      SchemaPlace place = site.place("journal");
      assertThat(place.exists()).isFalse();
      try (NodeDatabase database = place.open()) {
        assertThat(place.exists()).isTrue();
        assertThat(BootStamp.in(database)).isEmpty();
        STAMP.putInto(database);
        new BootStamp(7, 2).putInto(database);
      }
      try (NodeDatabase database = place.open()) {
        assertThat(BootStamp.in(database)).contains(new BootStamp(7, 2));
        assertThat(database.storedBytes()).isPositive();
      }
      site.eraseOutside("journal");
      assertThat(place.exists()).isFalse();
    }
  }

  private static Optional<BootStamp> stampIn(SchemaPlace place) throws SQLException {
    try (NodeDatabase database = place.open()) {
      return BootStamp.in(database);
    }
  }

  private static void stamp(SchemaPlace place, long boot) throws SQLException {
    try (NodeDatabase database = place.open()) {
      assertThat(BootStamp.in(database)).isEmpty();
      new BootStamp(7, boot).putInto(database);
    }
  }

  @Test
  void putsOneDatabaseInThePlaceOfAnotherAndKeepsAsManyAsAreWanted() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE)) {
      SchemaPlace place = site.place("store-main");
      SchemaPlace other = site.place("store-mai");
      SchemaPlace received = place.beside("receiving");
      stamp(other, 99);
      for (long boot = 1; boot <= 12; boot++) {
        stamp(received, boot);
        place.replaceBy(received, boot % 2 == 0 ? 0 : 2);
        assertThat(stampIn(place)).contains(new BootStamp(7, boot));
        assertThat(received.exists()).isFalse();
      }
      String base = place.schema().text();
      assertThat(place.keptAside()).containsExactly(base + "~aside-4", base + "~aside-5");
      site.eraseOutside("store-main");
      assertThat(place.exists()).isFalse();
      assertThat(place.keptAside()).isEmpty();
      assertThat(stampIn(other)).contains(new BootStamp(7, 99));
      site.eraseOutside("store-mai");
    }
  }

  @Test
  void readsAsOfOneMomentThoughAnotherWrites() throws Exception {
    try (PostgresqlSite site = PostgresqlSite.open(server.settings(), NODE);
        NodeDatabase database = site.place("journal").open()) {
      assertThat(BootStamp.in(database)).isEmpty();
      STAMP.putInto(database);
      try (Connection reading = database.connectToRead()) {
        database.dialect().readAsOfOneMoment(reading);
        assertThat(answer(reading, "SELECT boot FROM boot_stamp")).isEqualTo("1");
        new BootStamp(7, 2).putInto(database);
        assertThat(answer(reading, "SELECT boot FROM boot_stamp")).isEqualTo("1");
        reading.rollback();
        assertThat(answer(reading, "SELECT boot FROM boot_stamp")).isEqualTo("2");
        reading.rollback();
      }
      site.eraseOutside("other");
    }
  }

  @Test
  void namesSchemasSoThatNoTwoShareOne() {
    String node = "n".repeat(63);
    SchemaName one = SchemaName.of("p", new NodeId(node), "store-" + "g".repeat(63));
    SchemaName two = SchemaName.of("p", new NodeId(node), "store-" + "g".repeat(62));
    assertThat(one).isNotEqualTo(two);
    assertThat(one.beside("aside-999999999").text()).hasSizeLessThanOrEqualTo(63);
    assertThat(SchemaName.of("holdfast", NODE, "store-main").text())
        .isEqualTo("holdfast_n1_store-main");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> one.beside("x".repeat(20)));
  }
}
