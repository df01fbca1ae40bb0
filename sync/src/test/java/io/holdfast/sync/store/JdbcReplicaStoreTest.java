package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.CommandResult.TransactionDone;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.RestoredView;
import io.holdfast.sync.core.StateMachineControl;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.reservation.PoolPlace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcReplicaStoreTest {

  private static final StateTerms TERMS = SampleHistory.TERMS;

  @TempDir private Path directory = Path.of("unset");

  private Path file() {
    return directory.resolve("store");
  }

  private JdbcReplicaStore open() {
    return JdbcReplicaStore.open(file(), TERMS);
  }

  private SampleHistory flushSample() {
    SampleHistory model = new SampleHistory();
    try (ReplicaStore store = open()) {
      for (int n = 0; n < 60; n++) {
        model.put("k" + n % 9, "v".repeat(200));
        model.lease(1 + n % 5, n);
        model.write(
            new TransactionDone(true, n, true, Optional.of(List.of(new OperationResult.Put(n)))));
      }
      store.flush(model.takeDelta());
    }
    return model;
  }

  private long sql(String sql) throws SQLException {
    try (DurableDatabase database = DurableDatabase.open(file());
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return statement.getUpdateCount();
      }
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void refusesAnotherSchemaVersionByName(int version) throws SQLException {
    flushSample();
    sql("UPDATE store_schema SET version = " + version);

    assertThatExceptionOfType(UnsupportedStore.class)
        .isThrownBy(this::open)
        .withMessageContaining("version " + version)
        .withMessageContaining("start the software that wrote it");
  }

  @Test
  void refusesOtherTermsAndNamesBoth() {
    flushSample();
    StateTerms asked = new StateTerms(50, 11, 1 << 20);

    assertThatExceptionOfType(UnsupportedStore.class)
        .isThrownBy(() -> JdbcReplicaStore.open(file(), asked))
        .withMessageContaining(TERMS.toString())
        .withMessageContaining(asked.toString());
  }

  /** Opens the store and asks everything of it. */
  private void useAll(SampleHistory model) {
    try (ReplicaStore store = open()) {
      store.load();
      for (long ordinal = 0; ordinal < model.header().nextWriteOrdinal(); ordinal++) {
        store.answer(ordinal);
      }
    }
  }

  /** One byte of a row's content is another one, or one of its columns. */
  @ParameterizedTest
  @CsvSource({
    "change_segment, changes, the changes from place",
    "write_ids, ids, the write ids from",
    "answer, results, the answer of write",
    "lease_bucket, leases, the leases of bucket",
    "touched_keys, touched, of touched keys",
    "store_state, state, the state row",
  })
  void namesARowWithAFlippedByte(String table, String column, String name) throws SQLException {
    SampleHistory model = flushSample();
    long length = sql("SELECT MAX(OCTET_LENGTH(%s)) FROM %s".formatted(column, table));
    for (long at : new long[] {1, length / 2, length}) {
      flip(table, column, at);
      assertThatExceptionOfType(DamagedStore.class)
          .isThrownBy(() -> useAll(model))
          .withMessageContaining(name);
      flip(table, column, at);
    }
    useAll(model);
  }

  /** A damaged row is not handed on to another member. */
  @ParameterizedTest
  @CsvSource({
    "change_segment, changes, the changes from place",
    "write_ids, ids, the write ids from",
    "answer, results, row",
  })
  void snapshotNamesARowWithAFlippedByteAndEnds(String table, String column, String name)
      throws SQLException {
    flushSample();
    long length = sql("SELECT MAX(OCTET_LENGTH(%s)) FROM %s".formatted(column, table));
    flip(table, column, length / 2);

    try (ReplicaStore store = open()) {
      assertThatExceptionOfType(DamagedStore.class)
          .isThrownBy(() -> SnapshotTransfer.chunks(store, 0, 1 << 20))
          .withMessageContaining(name);
    }
  }

  @Test
  void snapshotThatOutlivesItsStoreFailsAndCanBeClosed() {
    flushSample();
    ReplicaStore store = open();
    try (SnapshotReading reading = store.snapshot(0)) {
      assertThat(reading.next()).isPresent();
      store.close();

      assertThatExceptionOfType(StorageFailure.class).isThrownBy(reading::next);
    }
  }

  private void flip(String table, String column, long at) throws SQLException {
    sql(
        "UPDATE %1$s SET %2$s = CAST(SUBSTRING(%2$s FROM 1 FOR %3$d - 1) AS VARBINARY) || BITXOR(CAST(SUBSTRING(%2$s FROM %3$d FOR 1) AS BINARY(1)), X'10') || CAST(SUBSTRING(%2$s FROM %3$d + 1) AS VARBINARY) WHERE OCTET_LENGTH(%2$s) = (SELECT MAX(OCTET_LENGTH(%2$s)) FROM %1$s)"
            .formatted(table, column, at));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM change_segment FETCH FIRST 1 ROW ONLY",
        "DELETE FROM write_ids",
        "DELETE FROM lease_bucket FETCH FIRST 1 ROW ONLY",
        "DELETE FROM touched_keys",
        "DELETE FROM store_state",
        "DELETE FROM store_schema",
        "UPDATE change_segment SET checksum = checksum + 1",
        "UPDATE change_segment SET first_place = first_place - 1",
        "UPDATE write_ids SET id_count = id_count - 1",
      })
  void findsMissingAndMovedRows(String damage) throws SQLException {
    SampleHistory model = flushSample();
    assertThat(sql(damage)).isPositive();

    assertThatExceptionOfType(DamagedStore.class).isThrownBy(() -> useAll(model));
  }

  @Test
  void damagedRowIsFoundByEveryReadOfIt() throws SQLException {
    SampleHistory model = flushSample();
    long place = model.all().get(0).place();
    sql("UPDATE change_segment SET checksum = checksum + 1");
    try (ReplicaStore store = open()) {
      List<Long> places = List.of(place);
      assertThatThrownBy(() -> store.read(places)).isInstanceOf(DamagedStore.class);
      assertThatThrownBy(() -> store.readAt(places, 60)).isInstanceOf(DamagedStore.class);
      assertThatThrownBy(() -> store.changes(0, place, 1, 1)).isInstanceOf(DamagedStore.class);
    }
  }

  /** Makes a store of the schema before, as its software left it. */
  private void makeSchemaTwo() throws IOException, SQLException {
    try (InputStream golden =
        JdbcReplicaStoreTest.class.getResourceAsStream("/golden/store-v2.sql")) {
      assertThat(golden).isNotNull();
      sql(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void refusesAStoreOfTheSchemaBeforeByNameAndLeavesItAsItIs() throws IOException, SQLException {
    makeSchemaTwo();

    assertThatExceptionOfType(UnsupportedStore.class)
        .isThrownBy(this::open)
        .withMessageContaining("schema version 2, this software knows 3 to 5");
    assertThat(sql("SELECT version FROM store_schema")).isEqualTo(2);
    assertThat(
            sql(
                "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME ="
                    + " 'CHANGE_SEGMENT'"))
        .isZero();
  }

  /** What software that knew no epochs left: the same tables but one. */
  private SampleHistory makeSchemaThree() throws SQLException {
    SampleHistory model = flushSample();
    sql("DROP TABLE control_epoch");
    dropReservations();
    sql("UPDATE store_schema SET version = 3");
    return model;
  }

  private void dropReservations() throws SQLException {
    sql("DROP TABLE reservation");
    sql("DROP TABLE reservation_exclusion");
  }

  @Test
  void storeOfSoftwareThatKnewNoReservationsHasNoneAndIsFromThenOnOfThisVersion()
      throws SQLException {
    SampleHistory model = flushSample();
    dropReservations();
    sql("UPDATE store_schema SET version = 4");

    try (DurableDatabase database = DurableDatabase.openReadOnly(file());
        JdbcReplicaStore store = JdbcReplicaStore.openReadOnly(database)) {
      ReopenableStore.assertHolds(store, model);
    }
    assertThat(sql("SELECT version FROM store_schema")).isEqualTo(4);
    try (ReplicaStore store = open()) {
      ReopenableStore.assertHolds(store, model);
      store.flush(model.reserve(SampleHistory.reservation(7, "/a", "", 1)).takeDelta());
    }
    assertThat(sql("SELECT version FROM store_schema")).isEqualTo(5);
    try (ReplicaStore store = open()) {
      ReopenableStore.assertHolds(store, model);
    }
  }

  // ---- Reservations

  /** A second defence: what is decided at apply can have neither. */
  @Test
  void numberOfTwoOwnersAndOwnerOfTwoNumbersCannotBeStored() {
    SampleHistory model = new SampleHistory();
    try (ReplicaStore store = open()) {
      store.flush(model.reserve(SampleHistory.reservation(7, "/a", "t", 1)).takeDelta());

      assertThatExceptionOfType(StorageFailure.class)
          .isThrownBy(
              () ->
                  store.flush(
                      model.reserve(SampleHistory.reservation(8, "/a", "t", 1)).takeDelta()));
    }
    try (ReplicaStore store = open()) {
      assertThat(new RestoredView(store.load()).reservations()).hasSize(1);
    }
  }

  @Test
  void keysThatDatabasesLikeToTakeForTheSameAreNot() {
    SampleHistory model = new SampleHistory();
    for (String path : List.of("/a", "/A", "/a ", "/a\u0308", "/\u00e4", "/\u00df", "/ss", "/a/")) {
      if (!path.endsWith("/")) {
        model.reserve(SampleHistory.reservation(model.reservations().size(), path, "t", 1));
        model.reserve(SampleHistory.reservation(100L + model.reservations().size(), path, "t ", 1));
        model.reserve(SampleHistory.reservation(200L + model.reservations().size(), path, "T", 1));
      }
    }
    try (ReplicaStore store = open()) {
      store.flush(model.takeDelta());
      ReopenableStore.assertHolds(store, model);
    }
    try (ReplicaStore store = open()) {
      ReopenableStore.assertHolds(store, model);
    }
  }

  @Test
  void damagedRowOfReservationsOrExclusionsIsFound() throws SQLException {
    try (ReplicaStore store = open()) {
      store.flush(
          new SampleHistory()
              .reserve(SampleHistory.reservation(7, "/a", "t", 1))
              .exclude(new PoolPlace("ports", "h1"), List.of(SampleHistory.exclusion(1, 3)))
              .takeDelta());
    }
    for (String damage :
        List.of(
            "UPDATE reservation SET number = 8",
            "UPDATE reservation SET number = 7, tag = X'75'",
            "UPDATE reservation SET tag = X'74', checksum = checksum + 1",
            "UPDATE reservation_exclusion SET within_host = X'6832'",
            "UPDATE reservation_exclusion SET within_host = X'6831', checksum = checksum + 1",
            "DELETE FROM reservation_exclusion",
            "DELETE FROM reservation")) {
      sql(damage);
      try (ReplicaStore store = open()) {
        assertThatExceptionOfType(DamagedStore.class).as(damage).isThrownBy(store::load);
      }
      if (damage.contains("reservation SET tag = X'74'")) {
        sql("UPDATE reservation SET checksum = checksum - 1");
      }
    }
  }

  @Test
  void storeOfSoftwareThatKnewNoEpochsIsAtEpochZeroAndFromThenOnOfThisVersion()
      throws SQLException {
    SampleHistory model = makeSchemaThree();

    try (ReplicaStore store = open()) {
      ReopenableStore.assertHolds(store, model);
      assertThat(StateMachineControl.of(store)).isEqualTo(ControlState.seed());
    }
    assertThat(sql("SELECT version FROM store_schema")).isEqualTo(5);
    assertThat(sql("SELECT COUNT(*) FROM control_epoch")).isZero();
  }

  @Test
  void storeOfSoftwareThatKnewNoEpochsCanBeLookedAtAndStaysAsItIs() throws SQLException {
    makeSchemaThree();

    try (DurableDatabase database = DurableDatabase.openReadOnly(file());
        JdbcReplicaStore store = JdbcReplicaStore.openReadOnly(database)) {
      assertThat(StateMachineControl.of(store)).isEqualTo(ControlState.seed());
    }
    assertThat(sql("SELECT version FROM store_schema")).isEqualTo(3);
  }

  @Test
  void damagedOrMissingRowOfAnEpochIsFoundWhenItIsOpened() throws SQLException {
    try (ReplicaStore store = open()) {
      store.flush(ReplicaStoreContractTest.activated(new SampleHistory().put("a", "1")));
    }
    sql("UPDATE control_epoch SET checksum = checksum + 1 WHERE number = 2");
    assertThatExceptionOfType(DamagedStore.class)
        .isThrownBy(this::open)
        .withMessageContaining("row 2 of epochs");

    sql("DELETE FROM control_epoch WHERE number = 2");
    try (ReplicaStore store = open()) {
      assertThatExceptionOfType(DamagedStore.class)
          .isThrownBy(store::load)
          .withMessageContaining("is active where the state says 1 (");
    }
  }

  @Test
  void keepsFewRowsOfWriteIdsAndOfTouchedKeysThatAreOfNoUse() throws SQLException {
    SampleHistory model = new SampleHistory();
    try (ReplicaStore store = open()) {
      for (int n = 0; n < 400; n++) {
        model.put("k" + n % 7, "v").write(new CommandResult.Applied(n, 0));
        model.write(new TransactionDone(true, n, true, Optional.of(List.of())));
        if (n % 20 == 0) {
          model.rotate();
        }
        store.flush(model.takeDelta());
      }
      assertThat(new RestoredView(store.load()).header()).isEqualTo(model.header());
    }

    assertThat(sql("SELECT SUM(id_count) FROM write_ids")).isBetween(50L, 50L + 2 * 130);
    assertThat(sql("SELECT COUNT(*) FROM answer")).isEqualTo(25);
    assertThat(sql("SELECT COUNT(*) FROM touched_keys")).isLessThanOrEqualTo(40);
  }

  @Test
  void holdsTheLargestRecordBesideSmallOnes() {
    String key = "k".repeat(CommandLimits.MAX_KEY_BYTES);
    String value = "v".repeat(CommandLimits.MAX_VALUE_BYTES);
    SampleHistory model = new SampleHistory();
    try (ReplicaStore store = open()) {
      store.flush(model.put("a", "1").put(key, value).put("b", "2").takeDelta());

      assertThat(
              store.read(model.all().stream().map(Change::place).toList()).stream()
                  .flatMap(Optional::stream)
                  .toList())
          .isEqualTo(model.all());
      model.put(key, value).put("a", "2").compact(5);
      store.flush(model.takeDelta());
      for (int steps = 0; store.collect(); steps++) {
        assertThat(steps).isLessThan(100);
      }
      ReopenableStore.assertReadable(store, model);
    }
  }

  /** 2 MB can be read at any time. What was written within the last second is not reused yet. */
  @Test
  void fileStopsGrowingUnderHeavyOverwriting() throws SQLException {
    SampleHistory model = new SampleHistory();
    try (ReplicaStore store = open()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .pollInSameThread()
          .until(
              () -> {
                long before = store.storedBytes();
                overwrite(store, model, 1_000);
                return store.storedBytes() <= before;
              });
      ReopenableStore.assertReadable(store, model);
    }

    assertThat(sql("SELECT SUM(OCTET_LENGTH(changes)) FROM change_segment")).isLessThan(6_000_000);
  }

  /** So many puts of 20 kB, on a hundred keys. */
  private static void overwrite(ReplicaStore store, SampleHistory model, int puts) {
    ByteString value = ByteString.copyFrom(new byte[20_000]);
    for (int n = 1; n <= puts; n++) {
      model.change(Map.of("k" + n * 7 % 100, value));
      if (n % 50 == 0) {
        model.compact(model.revision());
        store.flush(model.takeDelta());
        for (int step = 0; step < 4; step++) {
          store.collect();
        }
      }
    }
  }

  private static ByteString valueOf(int n) {
    return Commands.bytes("v" + n + "-" + "x".repeat(new Random(n).nextInt(600)));
  }

  /** Readers beside a writer see each flush whole, and everything that can still be read. */
  @Test
  void readersSeeWholeFlushesWhileItFlushesAndCollects() throws Exception {
    SampleHistory model = new SampleHistory();
    try (ReplicaStore store = open();
        Readers readers = new Readers(store)) {
      for (int flush = 1; flush <= 150; flush++) {
        for (int n = 1; n <= Readers.PER_FLUSH; n++) {
          model.change(Map.of("k" + n % 10, valueOf(flush), "x" + n, valueOf(n)));
        }
        model.compact(model.revision() - 10 * Readers.PER_FLUSH);
        readers.readable(model.revision() - 5 * Readers.PER_FLUSH, model.compacted());
        store.flush(model.takeDelta());
        Change newest = model.newest().get("k3");
        readers.flushed(model.revision(), newest == null ? 0 : newest.place());
        store.collect();
      }
      readers.finish();

      assertThat(readers.failures()).isEmpty();
      assertThat(readers.count()).isGreaterThan(100);
    }
  }

  @Test
  void moreReadersThanConnectionsWaitForOneAnother() {
    SampleHistory model = flushSample();
    List<Long> places = model.all().stream().map(Change::place).toList();
    try (ReplicaStore store = open()) {
      assertThat(
              IntStream.range(0, 200)
                  .parallel()
                  .mapToLong(i -> store.read(places).stream().filter(Optional::isPresent).count())
                  .sum())
          .isEqualTo(200L * places.size());
    }
  }
}
