package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sync.core.RestoredView;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaStoreCrashTest {

  @TempDir private Path directory = Path.of("unset");

  /** A process that flushes and collects as fast as it can is killed wherever it happens to be. */
  @Test
  void holdsEveryAcknowledgedFlushWholeAfterAKill() throws IOException, InterruptedException {
    Path file = directory.resolve("store");
    long held = 0;
    for (int kill = 1; kill <= 4; kill++) {
      long acknowledged = flushAndKill(file, held, 17 * kill);
      try (ReplicaStore store = JdbcReplicaStore.open(file, SampleHistory.TERMS)) {
        held = new RestoredView(store.load()).header().revision();
        SampleHistory model = CollectingProcess.at(held);

        assertThat(held).isGreaterThanOrEqualTo(acknowledged);
        assertThat(held % CollectingProcess.PER_FLUSH).as("all or nothing").isZero();
        ReopenableStore.assertHolds(store, model);
        ReopenableStore.assertReadable(store, model);
      }
    }
  }

  /** Gives back the last revision that the process said was durable. */
  private static long flushAndKill(Path file, long from, int flushes)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    CollectingProcess.class.getName(),
                    file.toString(),
                    Long.toString(from)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String last = null;
    try (BufferedReader said = process.inputReader()) {
      for (int i = 0; i < flushes; i++) {
        last = said.readLine();
      }
      // Through its handle: otherwise what it said last would be lost with the pipe.
      process.toHandle().destroyForcibly();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        last = line.isEmpty() ? last : line;
      }
    }
    process.waitFor();
    assertThat(last).isNotNull();
    return Long.parseLong(last);
  }
}
