package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit of which the middle is missing, as a power cut may leave the last one. */
final class ChunkSealTest {

  private static final int SECTOR = 512;
  private static final int BLOCK = 4096;
  private static final int COMMITS = 12;
  private static final int IMAGES = 100;

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  /** A database of as many commits, as the last one has left it. */
  private byte[] written() throws Exception {
    Path base = directory.resolve("whole");
    try (DurableDatabase database = DurableDatabase.open(base);
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (n INT PRIMARY KEY, filler VARCHAR)");
      for (int n = 0; n < COMMITS; n++) {
        statement.execute("INSERT INTO t VALUES (" + n + ", REPEAT('x', 3000))");
      }
      return Files.readAllBytes(database.file());
    }
  }

  private static int newestChunk(byte[] file) {
    int newest = 0;
    long version = 0;
    for (int at = 2 * BLOCK; at < file.length; at += BLOCK) {
      String header = new String(file, at, SECTOR, StandardCharsets.ISO_8859_1);
      if (header.startsWith("chunk:")) {
        long found = Long.parseLong(header.replaceAll("(?s).*?,version:([0-9a-f]+).*", "$1"), 16);
        if (found > version) {
          version = found;
          newest = at;
        }
      }
    }
    return newest;
  }

  private static int length(byte[] file, int chunk) {
    String header = new String(file, chunk, SECTOR, StandardCharsets.ISO_8859_1);
    return Integer.parseInt(header.replaceAll("(?s).*?,len:([0-9a-f]+).*", "$1"), 16) * BLOCK;
  }

  private int rows(String name, byte[] file) throws IOException, SQLException {
    Path base = directory.resolve(name);
    Files.write(DurableDatabase.fileOf(base), file);
    try (DurableDatabase database = DurableDatabase.open(base);
        Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*), SUM(LENGTH(filler)) FROM t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(2)).isEqualTo(3000L * rows.getInt(1));
      return rows.getInt(1);
    }
  }

  @Test
  void losesNothingThatWasCommittedBeforeATornCommit() throws Exception {
    byte[] whole = written();
    int chunk = newestChunk(whole);
    int length = length(whole, chunk);
    assertThat(length).as("a chunk of several sectors").isGreaterThan(BLOCK);
    for (int sector = 0; sector < length / SECTOR; sector++) {
      byte[] torn = whole.clone();
      int from = chunk + sector * SECTOR;
      Arrays.fill(torn, from, from + SECTOR, (byte) 0);
      assertThat(rows("torn" + sector, torn))
          .as("sector %d of %d", sector, length / SECTOR)
          .isBetween(COMMITS - 1, COMMITS);
    }
  }

  /** What a database was at some instant: its file, and how often its one row was changed. */
  private record Image(ByteString file, int changes) {}

  /** Images of a database that uses the room of dead chunks again at once. */
  private List<Image> reusing() throws Exception {
    List<Image> images = new ArrayList<>();
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("reusing"));
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET RETENTION_TIME 0");
      statement.execute("CREATE TABLE t (n INT, filler VARCHAR)");
      statement.execute("INSERT INTO t VALUES (0, REPEAT('x', 3000))");
      for (int n = 1; n <= IMAGES; n++) {
        statement.execute("UPDATE t SET n = " + n);
        images.add(new Image(ByteString.copyFrom(Files.readAllBytes(database.file())), n));
      }
    }
    return images;
  }

  @Test
  void losesNothingWhereATornCommitHasUsedRoomAgain() throws Exception {
    for (Image image : reusing()) {
      byte[] torn = image.file().toByteArray();
      int chunk = newestChunk(torn);
      Arrays.fill(torn, chunk + SECTOR, chunk + 2 * SECTOR, (byte) 1);
      Path base = directory.resolve("torn" + image.changes());
      Files.write(DurableDatabase.fileOf(base), torn);
      try (DurableDatabase database = DurableDatabase.open(base);
          Connection connection = database.connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT n FROM t")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).isBetween(image.changes() - 1, image.changes());
      }
    }
  }

  @Test
  void keepsAWholeCommit() throws Exception {
    assertThat(rows("copy", written())).isEqualTo(COMMITS);
  }

  @Test
  void readsChunksThatWereWrittenWithoutASeal() throws Exception {
    byte[] old = written();
    for (int at = 0; at < old.length; at++) {
      if (old[at] == 0x0b && isSealAt(at)) {
        // Padding as H2 makes it.
        Arrays.fill(old, at, at + 33, (byte) ' ');
      }
    }
    assertThat(rows("old", old)).isEqualTo(COMMITS);
  }

  private static boolean isSealAt(int at) {
    return at % BLOCK == BLOCK - 34;
  }

  @Test
  void sealsNothingButChunks() {
    byte[] other = new byte[2 * BLOCK];
    assertThat(ChunkSeal.seal(other)).isFalse();
    assertThat(other).containsOnly(0);
  }
}
