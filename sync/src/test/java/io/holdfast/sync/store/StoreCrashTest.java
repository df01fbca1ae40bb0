package io.holdfast.sync.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.StateMachine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCrashTest {

  @TempDir private Path directory = Path.of("unset");

  /** A process that flushes as fast as it can is killed, three times, wherever it happens to be. */
  @Test
  void holdsEveryAcknowledgedFlushWholeAfterAKill() throws IOException, InterruptedException {
    Path file = directory.resolve("records");
    for (int kill = 1; kill <= 3; kill++) {
      long acknowledged = flushAndKill(FlushingProcess.class, file, 25 * kill);
      try (RecordStore store = JdbcRecordStore.open(file, SampleLog.WINDOW)) {
        StateMachine loaded = StateMachine.restore(store.load());
        long applied = loaded.applied().number();

        assertThat(applied).isGreaterThanOrEqualTo(acknowledged);
        assertThat(applied % 2).as("a flush is all or nothing").isZero();
        RecordStoreContract.assertSame(loaded, SampleLog.at(applied));
      }
    }
  }

  /** The same while segments are taken away and the space of dead chunks is reused. */
  @Test
  void holdsEveryAcknowledgedFlushWhenSpaceWasReusedBeforeTheKill()
      throws IOException, InterruptedException {
    Path file = directory.resolve("records");
    for (int kill = 1; kill <= 3; kill++) {
      long acknowledged = flushAndKill(OverwritingProcess.class, file, 300 + 41 * kill);
      try (RecordStore store = JdbcRecordStore.open(file, SampleLog.WINDOW)) {
        StateMachine loaded = StateMachine.restore(store.load());
        long applied = loaded.applied().number();

        assertThat(applied).isGreaterThanOrEqualTo(acknowledged);
        for (int key = 0; key < OverwritingProcess.KEYS; key++) {
          assertThat(loaded.get(Commands.bytes("k" + key)).orElseThrow().value())
              .isEqualTo(OverwritingProcess.valueAt(key, applied));
        }
      }
    }
  }

  /** Gives back the last slot that the process said was durable. */
  private static long flushAndKill(Class<?> main, Path file, int flushes)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName(),
                    file.toString()))
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
