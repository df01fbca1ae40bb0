package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.CommandLimits;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.StateMachine;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.WriteCommand;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcRecordStoreTest extends RecordStoreContract {

  @TempDir private Path directory = Path.of("unset");

  private Path file() {
    return directory.resolve("records");
  }

  private Path other() {
    return directory.resolve("other");
  }

  @Override
  RecordStore open() {
    return JdbcRecordStore.open(file(), SampleLog.WINDOW);
  }

  private void flushTo(Path file, long slot) {
    try (RecordStore store = JdbcRecordStore.open(file, SampleLog.WINDOW)) {
      StateMachine machine = StateMachine.restore(store.load());
      SampleLog.applyUpTo(machine, slot);
      store.flush(machine.takeDelta());
    }
  }

  private static long sql(Path file, String sql) throws SQLException {
    try (DurableDatabase database = DurableDatabase.open(file);
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

  private static void load(Path file) {
    try (RecordStore store = JdbcRecordStore.open(file, SampleLog.WINDOW)) {
      store.load();
    }
  }

  @Test
  void refusesAnotherSchemaVersionByName() throws SQLException {
    flushTo(other(), 3);
    sql(other(), "UPDATE store_schema SET version = 3");

    assertThatExceptionOfType(UnsupportedStore.class)
        .isThrownBy(() -> JdbcRecordStore.open(other(), SampleLog.WINDOW))
        .withMessageContaining("version 3");
  }

  @Test
  void refusesAnotherWindow() {
    flushTo(other(), 3);

    assertThatExceptionOfType(UnsupportedStore.class)
        .isThrownBy(() -> JdbcRecordStore.open(other(), SampleLog.WINDOW + 1))
        .withMessageContaining("window");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM record_segment",
        "UPDATE record_segment SET records = X'0801'",
        "UPDATE record_segment SET checksum = checksum + 1",
        "UPDATE record_segment SET number = number + 1",
        "UPDATE replica_state SET first_segment = first_segment + 1",
        "UPDATE write_id_segment SET write_ids = X'0801'",
        "DELETE FROM write_id_segment",
        "UPDATE replica_state SET revision = revision + 1",
        "UPDATE replica_state SET horizon_millis = -2",
        "DELETE FROM replica_state",
      })
  void findsDamage(String damage) throws SQLException {
    flushTo(other(), 10);
    assertThat(sql(other(), damage)).isPositive();

    assertThatExceptionOfType(DamagedStore.class).isThrownBy(() -> load(other()));
  }

  @Test
  void keepsWriteIdsInFewRowsAndDropsThoseBelowTheWindow() throws SQLException {
    try (RecordStore store = JdbcRecordStore.open(other(), SampleLog.WINDOW)) {
      StateMachine machine = SampleLog.empty();
      for (long slot = 1; slot <= 200; slot++) {
        SampleLog.applyUpTo(machine, slot);
        store.flush(machine.takeDelta());
      }
    }

    assertThat(sql(other(), "SELECT COUNT(*) FROM write_id_segment")).isBetween(1L, 2L);
    assertThat(sql(other(), "SELECT SUM(id_count) FROM write_id_segment"))
        .isBetween((long) SampleLog.WINDOW, SampleLog.WINDOW + 130L);
  }

  /**
   * A hundred keys overwritten many times, with one in three deleted for good, beside as many that
   * are never touched again: what is stored stays in proportion to what is alive, nothing is lost.
   */
  @Test
  void takesOldSegmentsAwayInProportionAndKeepsWhatIsAliveInThem() throws SQLException {
    StateMachine machine = SampleLog.empty();
    ByteString value = ByteString.copyFrom(new byte[20_000]);
    try (RecordStore store = JdbcRecordStore.open(other(), SampleLog.WINDOW)) {
      for (long n = 0; n < 2_000; n++) {
        String key = n < 100 ? "cold-" + n : "hot-" + n % 100;
        Command command =
            n > 1_900 && n % 3 == 0
                ? new Command.Delete(Commands.bytes(key))
                : new Command.Put(Commands.bytes(key), value);
        machine.apply(new Slot(n + 1), Commands.batch(WriteCommand.of(Commands.id(n), command)));
        if (n % 10 == 9) {
          store.flush(machine.takeDelta());
        }
      }
    }

    assertThat(sql(other(), "SELECT SUM(LENGTH(records)) FROM record_segment"))
        .isBetween(3_000_000L, 13_000_000L);
    try (RecordStore store = JdbcRecordStore.open(other(), SampleLog.WINDOW)) {
      StateMachine loaded = StateMachine.restore(store.load());
      assertThat(loaded.state()).isEqualTo(machine.state());
      for (int n = 0; n < 100; n++) {
        for (String key : List.of("cold-" + n, "hot-" + n)) {
          assertThat(loaded.get(Commands.bytes(key))).isEqualTo(machine.get(Commands.bytes(key)));
        }
      }
    }
  }

  @Test
  void fileStaysInProportionToWhatIsAliveUnderHeavyOverwriting() {
    StateMachine machine = SampleLog.empty();
    ByteString value = ByteString.copyFrom(new byte[20_000]);
    try (RecordStore store = JdbcRecordStore.open(other(), SampleLog.WINDOW)) {
      for (long n = 0; n < 10_000; n++) {
        Command command = new Command.Put(Commands.bytes("k" + n * 7 % 100), value);
        machine.apply(new Slot(n + 1), Commands.batch(WriteCommand.of(Commands.id(n), command)));
        if (n % 50 == 49) {
          store.flush(machine.takeDelta());
        }
      }

      // 200 MB were put, 2 MB are alive.
      assertThat(store.storedBytes()).isLessThan(60_000_000);
    }
  }

  @Test
  void holdsTheLargestRecord() {
    ByteString key = ByteString.copyFrom(new byte[CommandLimits.MAX_KEY_BYTES]);
    ByteString value = ByteString.copyFrom(new byte[CommandLimits.MAX_VALUE_BYTES]);
    try (RecordStore store = JdbcRecordStore.open(other(), SampleLog.WINDOW)) {
      StateMachine machine = SampleLog.empty();
      machine.apply(
          new Slot(1),
          Commands.batch(WriteCommand.of(Commands.id(1), new Command.Put(key, value))));
      store.flush(machine.takeDelta());
      StoredState loaded = store.load();

      assertThat(StateMachine.restore(loaded).get(key).orElseThrow().value()).isEqualTo(value);
      assertThat(store.storedBytes()).isPositive();
    }
  }
}
