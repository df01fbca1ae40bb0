package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalWriterTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  private static JournalRow row(long number) {
    SerializedPayload event = new SerializedPayload(1, "m", new byte[10]);
    return new JournalRow("a", number, false, "w", 0, "", event, null, Set.of());
  }

  @Test
  void servesAWriteBetweenTheSlicesOfADelete() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("journal"));
        JdbcEventJournal journal = JdbcEventJournal.open(database);
        JournalWriter writer = JournalWriter.start(journal, failure -> {})) {
      List<JournalRow> rows = new ArrayList<>();
      for (int number = 1; number <= 200; number++) {
        rows.add(row(number));
      }
      writer.append(rows).toCompletableFuture().get(10, TimeUnit.SECONDS);
      List<String> order = new ArrayList<>();
      CountDownLatch asked = new CountDownLatch(1);
      var held = writer.inTurnVoid(j -> awaited(asked));
      CompletableFuture<Void> deleted =
          writer.delete("a", 150).thenRun(() -> order.add("deleted")).toCompletableFuture();
      CompletableFuture<Void> written =
          writer
              .append(List.of(row(201)))
              .thenRun(() -> order.add("written"))
              .toCompletableFuture();
      asked.countDown();

      CompletableFuture.allOf(held.toCompletableFuture(), deleted, written)
          .get(10, TimeUnit.SECONDS);
      assertThat(order).containsExactly("written", "deleted");
      List<Long> left = new ArrayList<>();
      journal.read("a", 1, 1_000, row -> left.add(row.sequenceNumber()));
      assertThat(left).hasSize(51).startsWith(151L).endsWith(201L);
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
