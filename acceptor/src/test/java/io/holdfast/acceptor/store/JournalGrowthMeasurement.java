package io.holdfast.acceptor.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Measures how the file grows under steady inserts and deletes, with and without {@link
 * DurableDatabase#reclaim()}. Arguments: rows, bytes a row, rows kept, rows between reclaims (0:
 * never). Run by hand; prints one line per tenth of the run.
 */
public final class JournalGrowthMeasurement {

  private JournalGrowthMeasurement() {}

  /** The measurement. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[0]);
    int size = Integer.parseInt(args[1]);
    int kept = Integer.parseInt(args[2]);
    int reclaimEvery = Integer.parseInt(args[3]);
    Path directory = Files.createTempDirectory("growth");
    Random random = new Random(1);
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("j"));
        JdbcEventJournal journal = JdbcEventJournal.open(database)) {
      long began = System.nanoTime();
      long worst = 0;
      for (int i = 1; i <= rows; i++) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        journal.append(
            List.of(
                new JournalRow(
                    "a",
                    i,
                    false,
                    "w",
                    0,
                    "",
                    new SerializedPayload(1, "", bytes),
                    null,
                    Set.of())));
        if (i > kept && i % 200 == 0) {
          journal.delete("a", i - kept, 200);
        }
        if (reclaimEvery > 0 && i % reclaimEvery == 0) {
          long start = System.nanoTime();
          journal.reclaim();
          worst = Math.max(worst, System.nanoTime() - start);
        }
        if (i % (rows / 10) == 0) {
          System.out.printf(
              "%d rows, %.1f s, file %.1f MB, written %.1f MB in %d writes, slowest reclaim %.1f ms%n",
              i,
              (System.nanoTime() - began) / 1e9,
              database.fileBytes() / 1e6,
              database.syncWrites().bytes() / 1e6,
              database.syncWrites().writes(),
              worst / 1e6);
        }
      }
    }
  }
}
