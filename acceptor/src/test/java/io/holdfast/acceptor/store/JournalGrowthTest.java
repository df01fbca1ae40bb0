package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal under steady writes whose oldest events are forgotten: the file stops growing, however
 * long that goes on. H2 leaves room that is free alone for a moment, which would make sizes depend
 * on how fast this machine is; here it does not.
 */
class JournalGrowthTest {

  private static final int EVENT_BYTES = 8_000;
  private static final int KEPT = 512;

  /** Of two groups: one busy, the other seldom written, whose events lie among the others. */
  @Test
  void fileStopsGrowing(@TempDir Path directory) throws Exception {
    try (Growth growth = new Growth(directory.resolve("j"), true, true)) {
      long early = growth.after(6);
      long late = growth.after(12);
      assertThat(late).isLessThan(early + early / 4);
      assertThat(late).isLessThan(4L * KEPT * EVENT_BYTES + (4 << 20));
    }
  }

  /** A few events that stay keep whole chunks from being used again, unless they are rewritten. */
  @Test
  void fileIsSeveralTimesAsLargeWithoutReclaiming(@TempDir Path directory) throws Exception {
    try (Growth growth = new Growth(directory.resolve("j"), true, false)) {
      assertThat(growth.after(5)).isGreaterThan(4L * KEPT * EVENT_BYTES + (4 << 20));
    }
  }

  /** What the first test would miss if the file stopped growing all by itself. */
  @Test
  void fileGrowsWithoutTrimming(@TempDir Path directory) throws Exception {
    try (Growth growth = new Growth(directory.resolve("j"), false, true)) {
      long early = growth.after(2);
      assertThat(growth.after(4)).isGreaterThan(2 * early);
    }
  }

  private static final class Growth implements AutoCloseable {

    private final boolean trims;
    private final boolean reclaims;
    private final DurableDatabase database;
    private final JdbcEventJournal journal;
    private final Random random = new Random(1);
    private long busy;
    private long quiet;
    private long bytesSinceReclaim;

    Growth(Path file, boolean trims, boolean reclaims) throws Exception {
      this.trims = trims;
      this.reclaims = reclaims;
      this.database = DurableDatabase.open(file);
      this.journal = JdbcEventJournal.open(database);
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SET RETENTION_TIME 0");
      }
    }

    /** The size of the file after so many rounds more; the largest of the second half. */
    long after(int rounds) throws Exception {
      long largest = 0;
      for (int round = 0; round < rounds; round++) {
        round();
        long size = database.fileBytes();
        largest = round >= rounds / 2 ? Math.max(largest, size) : 0;
      }
      return largest;
    }

    /** As much as is kept, written anew; with the rhythm of {@link JournalWriter}. */
    private void round() throws Exception {
      for (int n = 0; n < KEPT / 4; n++) {
        append(
            List.of(
                row("busy", ++busy, EVENT_BYTES),
                row("busy", ++busy, EVENT_BYTES),
                row("busy", ++busy, EVENT_BYTES),
                row("busy", ++busy, EVENT_BYTES)));
        if (n % 2 == 0) {
          append(List.of(row("quiet", ++quiet, 100)));
        }
        if (trims && n % 4 == 0) {
          boolean more = journal.delete("busy", busy - KEPT, 16);
          more |= journal.delete("quiet", quiet - KEPT / 2, 16);
          bytesSinceReclaim += more ? 4_096 : 0;
        }
      }
    }

    private void append(List<JournalRow> rows) throws Exception {
      journal.append(rows);
      for (JournalRow row : rows) {
        bytesSinceReclaim += row.event().size();
      }
      bytesSinceReclaim += 4_096;
      if (reclaims && bytesSinceReclaim >= 4 << 20) {
        bytesSinceReclaim = 0;
        journal.reclaim();
      }
    }

    private JournalRow row(String id, long number, int size) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      SerializedPayload event = new SerializedPayload(1, "", bytes);
      return new JournalRow(id, number, false, "w", 0, "", event, null, Set.of());
    }

    @Override
    public void close() throws SQLException {
      journal.close();
      database.close();
    }
  }
}
