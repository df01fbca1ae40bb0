package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.chaos.fault.DiskFaults.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.h2.store.fs.FilePath;
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
    FilePath.register(new FaultyFilePath());
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

  @Test
  void fullDiskTakesWhatThereIsRoomForAndRefusesTheRest() throws IOException {
    Path file = dir.resolve("journal.mv.db");
    disk.fill(Part.JOURNAL, 6);
    try (FileChannel channel = FilePath.get("faulty:" + file).open("rw")) {
      assertThat(channel.write(bytes(4), 0)).isEqualTo(4);
      assertThat(channel.write(bytes(4), 2)).as("four and two there, two new").isEqualTo(4);
      ByteBuffer last = bytes(4);
      assertThatThrownBy(() -> channel.write(last, 6))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("No space left on device");
      assertThat(last.remaining()).isEqualTo(4);
      assertThat(channel.write(bytes(6), 0)).as("over what is there").isEqualTo(6);
      assertThat(channel.size()).isEqualTo(6);
      assertThat(disk.unfit()).isEqualTo(1);
      disk.heal();
      assertThat(channel.write(last, 6)).isEqualTo(4);
    }
  }

  @Test
  void fullDiskTakesPartOfAWrite() throws IOException {
    disk.fill(Part.STORE, 3);
    Path file = dir.resolve("store-main.mv.db");
    try (FileChannel channel = FilePath.get("faulty:" + file).open("rw")) {
      ByteBuffer source = bytes(5);
      assertThat(channel.write(source)).isEqualTo(3);
      assertThat(source.remaining()).isEqualTo(2);
      assertThatThrownBy(() -> channel.write(source)).hasMessageContaining("No space left");
    }
  }

  @Test
  void commitFailsOnceTheDiskIsFullAndTheDatabaseOpensAgainWithWhatWasCommitted()
      throws SQLException {
    DurableDatabase database = open("journal");
    commit(database, 1);
    disk.fill(Part.JOURNAL, 0);
    assertThatThrownBy(
            () -> {
              for (int i = 2; i < 10_000; i++) {
                commit(database, i);
              }
            })
        .hasStackTraceContaining("No space left on device");
    disk.heal();
    assertThatThrownBy(database::close).isInstanceOf(SQLException.class);
    try (DurableDatabase again = open("journal")) {
      commit(again, 3);
    }
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.wrap(new byte[count]);
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
