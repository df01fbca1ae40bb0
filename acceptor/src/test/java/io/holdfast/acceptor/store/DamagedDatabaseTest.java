package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A byte of a database's file that is not what was written. */
class DamagedDatabaseTest {

  private static final int BLOCK = 4096;

  /** Header of a chunk and its footer: H2 itself may stumble over these. */
  private static final int EDGE = 512;

  private record Chunk(int position, int length) {}

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  private byte[] whole = {};

  @BeforeEach
  void write() throws Exception {
    Path base = directory.resolve("whole");
    try (DurableDatabase database = DurableDatabase.open(base);
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (n INT PRIMARY KEY, filler VARCHAR)");
      for (int n = 0; n < 20; n++) {
        statement.execute("INSERT INTO t VALUES (" + n + ", REPEAT('x', 9000))");
      }
    }
    whole = Files.readAllBytes(DurableDatabase.fileOf(base));
  }

  private Path file(String name, byte[] content) throws IOException {
    Path base = directory.resolve(name);
    Files.write(DurableDatabase.fileOf(base), content);
    return base;
  }

  /** The chunks that the database is made of, the newest not among them. */
  private List<Chunk> chunks() throws IOException {
    Path base = file("listed", whole);
    List<Chunk> chunks = new ArrayList<>();
    try (MVStore store =
        new MVStore.Builder().fileName(DurableDatabase.fileOf(base).toString()).readOnly().open()) {
      long newest = store.getCurrentVersion();
      for (Map.Entry<String, String> entry : store.getLayoutMap().entrySet()) {
        if (!entry.getKey().startsWith("chunk.")) {
          continue;
        }
        Map<String, String> fields = DataUtils.parseMap(entry.getValue());
        if (Long.parseLong(fields.getOrDefault("version", "0"), 16) < newest) {
          chunks.add(
              new Chunk(
                  Integer.parseInt(fields.getOrDefault("block", "0"), 16) * BLOCK,
                  Integer.parseInt(fields.getOrDefault("len", "0"), 16) * BLOCK));
        }
      }
    }
    return chunks;
  }

  private static Optional<List<String>> damage(Path base) throws IOException {
    if (DurableDatabase.isLastCommitTorn(base)) {
      return Optional.of(List.of("torn"));
    }
    try (DurableDatabase database = DurableDatabase.openReadOnly(base)) {
      return Optional.of(database.damagedChunks());
    } catch (SQLException | RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  @Test
  void isFoundInEveryChunkThatTheDatabaseIsMadeOf() throws IOException {
    Random random = new Random(1);
    List<Chunk> chunks = chunks();
    int named = 0;
    for (Chunk chunk : chunks) {
      byte[] damaged = whole.clone();
      int at = chunk.position() + EDGE + random.nextInt(chunk.length() - 2 * EDGE);
      damaged[at] ^= (byte) (1 << random.nextInt(8));

      Optional<List<String>> found = damage(file("damaged", damaged));

      if (found.isPresent()) { // otherwise H2 needs the very page to open the file, and says so
        named++;
        assertThat(found.get())
            .singleElement()
            .asString()
            .contains(
                "bytes %d to %d"
                    .formatted(chunk.position(), chunk.position() + chunk.length() - 1));
      }
    }
    assertThat(named).isGreaterThan(chunks.size() / 2);
  }

  @Test
  void isNotFoundWhereThereIsNone() throws IOException {
    Path base = file("same", whole);

    assertThat(damage(base)).contains(List.of());
    assertThat(Files.readAllBytes(DurableDatabase.fileOf(base))).isEqualTo(whole);
  }

  @Test
  void readOnlyMeansThatNothingIsWritten() throws Exception {
    Path base = file("read", whole);
    try (DurableDatabase database = DurableDatabase.openReadOnly(base);
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(20);
      }
      assertThatThrownBy(() -> statement.execute("DELETE FROM t")).isInstanceOf(SQLException.class);
    }
    assertThat(Files.readAllBytes(DurableDatabase.fileOf(base))).isEqualTo(whole);
  }

  @Test
  void databaseThatIsMissingIsNotMade() {
    Path base = directory.resolve("missing");

    assertThatThrownBy(() -> DurableDatabase.openReadOnly(base)).isInstanceOf(StorageFailure.class);
    assertThat(DurableDatabase.fileOf(base)).doesNotExist();
  }
}
