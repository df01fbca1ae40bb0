package io.holdfast.chaos.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.chaos.power.core.Disk;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One database, and what its file system is there for. */
final class DurableDatabaseUnderPowerCutsTest {

  private static final int SEEDS = 60;

  /** More than making and closing an empty database takes. */
  private static final int MOST_OPERATIONS = 40;

  /** What one process did, and what was left of it. */
  private record Run(Disk left, int committed) {}

  private static Run commitAndCut(Disk disk, DurableFilePath files, long seed, int most) {
    SplittableRandom random = new SplittableRandom(seed);
    PoweredDisk powered = new PoweredDisk(disk, random.split(), 40 + random.nextInt(60), true);
    int committed = 0;
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
      try (DurableDatabase database = DurableDatabase.open(mounted.root().resolve("db"), files);
          Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS t (n INT PRIMARY KEY, filler VARCHAR)");
        for (int n = 0; n < most; n++) {
          statement.execute("INSERT INTO t VALUES (" + n + ", REPEAT('x', 700))");
          committed = n + 1;
        }
      } catch (SQLException | StorageFailure e) {
        assertThat(powered.isOff()).as("fails only without power: %s", e).isTrue();
      }
    }
    return new Run(powered.cut().disk(), committed);
  }

  private static int rows(Disk disk, DurableFilePath files) throws SQLException {
    PoweredDisk powered = new PoweredDisk(disk, new SplittableRandom(0), PoweredDisk.NEVER, true);
    try (DiskFileSystem mounted = DiskFileSystem.mount(powered);
        DurableDatabase database = DurableDatabase.open(mounted.root().resolve("db"), files);
        Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM t")) {
      return result.next() ? result.getInt(1) : -1;
    }
  }

  @Test
  void everyCommittedRowIsThereAfterACut() throws SQLException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = commitAndCut(new Disk(), new PowerFilePath(), seed, 1_000);
      if (run.committed() > 0) {
        assertThat(rows(run.left(), new PowerFilePath()))
            .as("seed %d", seed)
            .isBetween(run.committed(), run.committed() + 1);
      }
    }
  }

  @Test
  void withoutSynchronizedWritingCommittedRowsAreLost() {
    int harmed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = commitAndCut(new Disk(), new UnsyncedFilePath(), seed, 1_000);
      if (run.committed() > 0) {
        harmed += isWhole(run) ? 0 : 1;
      }
    }
    assertThat(harmed).isPositive();
  }

  private static boolean isWhole(Run run) {
    try {
      return rows(run.left(), new UnsyncedFilePath()) >= run.committed();
    } catch (SQLException | StorageFailure e) {
      return false;
    }
  }

  /** A cut while a database is made, or opened again: at each operation, with several outcomes. */
  @Test
  void opensWhateverACutLeavesOfANewDatabase() throws SQLException {
    for (long cutAt = 1; cutAt <= MOST_OPERATIONS; cutAt++) {
      for (long seed = 0; seed < 8; seed++) {
        PoweredDisk powered = new PoweredDisk(new Disk(), new SplittableRandom(seed), cutAt, true);
        try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
          DurableDatabase.open(mounted.root().resolve("db"), new PowerFilePath()).close();
        } catch (SQLException | StorageFailure e) {
          assertThat(powered.isOff()).as("fails only without power: %s", e).isTrue();
        }
        PoweredDisk left =
            new PoweredDisk(powered.cut().disk(), new SplittableRandom(0), PoweredDisk.NEVER, true);
        try (DiskFileSystem mounted = DiskFileSystem.mount(left)) {
          assertThatCode(
                  () ->
                      DurableDatabase.open(mounted.root().resolve("db"), new PowerFilePath())
                          .close())
              .as("cut at operation %d, seed %d", cutAt, seed)
              .doesNotThrowAnyException();
        }
      }
    }
  }

  /**
   * The name of a new database's file is durable when it is open, as is every commit after that.
   */
  @Test
  void fileOfANewDatabaseIsThereAfterACut() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      PoweredDisk powered =
          new PoweredDisk(new Disk(), new SplittableRandom(seed), PoweredDisk.NEVER, true);
      try (DiskFileSystem mounted = DiskFileSystem.mount(powered)) {
        DurableDatabase database =
            DurableDatabase.open(mounted.root().resolve("db"), new PowerFilePath());
        assertThat(Files.exists(database.file())).isTrue();
        assertThat(database.fileBytes()).isPositive();
        Disk left = powered.cut().disk();
        assertThat(left.exists("/db.mv.db")).as("seed %d", seed).isTrue();
        // So that this process is rid of it; without power its end may fail.
        assertThatCode(database::close)
            .satisfiesAnyOf(
                none -> assertThat(none).isNull(),
                failure -> assertThat(failure).isInstanceOf(SQLException.class));
      }
    }
  }
}
