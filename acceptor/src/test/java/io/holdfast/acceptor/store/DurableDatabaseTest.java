package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a database comes to be. */
final class DurableDatabaseTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  @Test
  void leavesOneFileBehindUnderItsOwnName() throws Exception {
    DurableDatabase.open(directory.resolve("db")).close();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(directory.resolve("db.mv.db"));
    }
  }

  /** As a power cut leaves it: H2 would refuse it. */
  @Test
  void replacesWhatWasLeftOfADatabaseThatWasNeverFinished() throws Exception {
    Files.write(directory.resolve("db.unfinished.mv.db"), new byte[7168]);
    DurableDatabase.open(directory.resolve("db")).close();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(directory.resolve("db.mv.db"));
    }
  }

  @Test
  void neverReplacesAFileThatIsThereHoweverDamaged() throws Exception {
    byte[] damaged = new byte[7168];
    Files.write(directory.resolve("db.mv.db"), damaged);
    assertThatThrownBy(() -> DurableDatabase.open(directory.resolve("db")))
        .isInstanceOf(StorageFailure.class);
    assertThat(directory.resolve("db.mv.db")).hasBinaryContent(damaged);
  }
}
