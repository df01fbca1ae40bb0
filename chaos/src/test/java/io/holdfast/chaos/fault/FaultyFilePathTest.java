package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.chaos.fault.DiskFaults.Part;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database on a disk that does what it is told. */
class FaultyFilePathTest {

  @TempDir private Path dir = Path.of("");
  private DiskFaults disk = DiskFaults.of(dir);

  @BeforeEach
  void whole() {
    disk = DiskFaults.of(dir);
  }

  @AfterEach
  void heal() {
    disk.heal();
  }

  @Test
  void commitsSynchronouslyAsInProduction() throws SQLException {
    try (DurableDatabase database = open("journal")) {
      long before = database.syncWrites().writes();
      commit(database, 1);
      assertThat(database.syncWrites().writes()).isGreaterThan(before);
    }
  }

  @Test
  void commitFailsOnceTheDiskDoes() throws SQLException {
    DurableDatabase database = open("journal");
    commit(database, 1);
    disk.fail(Part.JOURNAL);
    assertThatThrownBy(() -> commit(database, 2)).hasStackTraceContaining("the disk fails");
    assertThat(disk.failed()).isPositive();
    disk.heal();
    // H2 has given it up; it opens again, and holds what was committed before.
    assertThatThrownBy(database::close).isInstanceOf(SQLException.class);
    try (DurableDatabase again = open("journal")) {
      commit(again, 3);
    }
  }

  @Test
  void otherPartsAndDirectoriesAreNotTouched() throws SQLException {
    disk.fail(Part.STORE);
    DiskFaults.of(dir.resolve("another")).fail(Part.JOURNAL);
    try (DurableDatabase database = open("journal")) {
      commit(database, 1);
    }
    DiskFaults.of(dir.resolve("another")).heal();
    assertThat(disk.failed()).isZero();
  }

  @Test
  void commitTakesAsMuchLongerAsTheDisk() throws SQLException {
    try (DurableDatabase database = open("store-main")) {
      disk.slow(Part.STORE, Duration.ofMillis(50));
      long started = System.nanoTime();
      commit(database, 1);
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThan(Duration.ofMillis(50));
      assertThat(disk.slowed()).isPositive();
      disk.heal();
    }
  }

  private DurableDatabase open(String name) throws SQLException {
    DurableDatabase database = DurableDatabase.open(dir.resolve(name), new FaultyFilePath());
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS n (v INT)");
    }
    return database;
  }

  private static void commit(DurableDatabase database, int value) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO n VALUES (" + value + ")");
    }
  }
}
