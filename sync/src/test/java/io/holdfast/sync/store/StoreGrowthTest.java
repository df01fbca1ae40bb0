package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.StateTerms;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store under steady overwriting, its history compacted as it goes: the file stops growing,
 * however long that goes on. H2 leaves room that is free alone for a moment, which would make sizes
 * depend on how fast this machine is; here it does not.
 */
class StoreGrowthTest {

  private static final int KEYS = 1_000;
  private static final int VALUE_BYTES = 1_000;
  private static final int KEPT_REVISIONS = 5_000;
  private static final int FLUSHES_A_ROUND = 20;
  private static final int CHANGES_A_FLUSH = 250;
  private static final StateTerms TERMS = new StateTerms(5_000, 10_000, 1 << 20);

  @Test
  void fileStopsGrowing(@TempDir Path directory) throws Exception {
    try (Growth growth = new Growth(directory.resolve("store"), true)) {
      long early = growth.after(16);
      long late = growth.after(32);
      assertThat(late).isLessThan(early + early / 4);
      // What is alive: a value for each key, and the history that is kept.
      assertThat(late).isLessThan(4L * (KEYS + KEPT_REVISIONS) * VALUE_BYTES + (4 << 20));
    }
  }

  /** What the test above would miss if the file stopped growing all by itself. */
  @Test
  void fileGrowsWithoutCollecting(@TempDir Path directory) throws Exception {
    try (Growth growth = new Growth(directory.resolve("store"), false)) {
      long early = growth.after(5);
      assertThat(growth.after(10)).isGreaterThan(2 * early);
    }
  }

  /** Rounds of overwriting keys at random, in one store. */
  private static final class Growth implements AutoCloseable {

    private final Path file;
    private final boolean collects;
    private final JdbcReplicaStore store;
    private final SampleHistory model = new SampleHistory(TERMS);
    private final Random random = new Random(1);

    Growth(Path file, boolean collects) throws Exception {
      this.file = file;
      this.collects = collects;
      this.store = JdbcReplicaStore.open(file, TERMS, new DurableFilePath());
      String url = "jdbc:h2:%s:%s".formatted(DurableFilePath.SCHEME, file);
      try (Connection connection = DriverManager.getConnection(url, "", "");
          Statement statement = connection.createStatement()) {
        statement.execute("SET RETENTION_TIME 0");
      }
    }

    /** The size of the file after so many rounds more; the largest of some. */
    long after(int rounds) {
      long largest = 0;
      for (int round = 0; round < rounds; round++) {
        round();
        long size = DurableDatabase.fileOf(file).toFile().length();
        largest = round >= rounds / 2 ? Math.max(largest, size) : 0;
      }
      return largest;
    }

    private void round() {
      for (int flush = 0; flush < FLUSHES_A_ROUND; flush++) {
        Map<String, ByteString> entries = new HashMap<>();
        for (int n = 0; n < CHANGES_A_FLUSH; n++) {
          byte[] value = new byte[VALUE_BYTES];
          random.nextBytes(value);
          entries.clear();
          entries.put("key-" + random.nextInt(KEYS), ByteString.copyFrom(value));
          model.change(entries);
          model.write(new CommandResult.Applied(model.revision(), 0));
        }
        model.rotate();
        if (flush == FLUSHES_A_ROUND - 1 && collects) {
          model.compact(model.revision() - KEPT_REVISIONS);
        }
        store.flush(model.takeDelta());
        boolean more = true;
        for (int step = 0; step < 4 && more; step++) {
          more = store.collect();
        }
      }
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
