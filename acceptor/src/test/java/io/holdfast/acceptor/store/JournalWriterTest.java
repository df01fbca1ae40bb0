package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

  private static List<JournalRow> rows(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(JournalWriterTest::row).toList();
  }

  private static List<Long> left(EventJournal journal) throws SQLException {
    List<Long> left = new ArrayList<>();
    journal.read("a", 1, Long.MAX_VALUE, row -> left.add(row.sequenceNumber()));
    return left;
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void servesAWriteBetweenTheSlicesOfADelete() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("journal"));
        JdbcEventJournal journal = JdbcEventJournal.open(database);
        JournalWriter writer = JournalWriter.start(journal, failure -> {})) {
      done(writer.append(rows(1, 200)));
      CountDownLatch asked = new CountDownLatch(1);
      writer.inTurnVoid(j -> awaited(asked));
      writer.delete("a", 150);
      writer.append(List.of(row(201)));
      CompletionStage<List<Long>> afterTheWrite = writer.inTurn(JournalWriterTest::left);
      asked.countDown();

      assertThat(done(afterTheWrite)).startsWith(17L).endsWith(201L);
      await().untilAsserted(() -> assertThat(left(journal)).startsWith(151L).endsWith(201L));
    }
  }

  /** A bound for all of them, however many are asked for; none waits for room in the queue. */
  @Test
  void takesANewerDeleteTogetherWithTheQueuedOne() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("journal"));
        JdbcEventJournal journal = JdbcEventJournal.open(database);
        JournalWriter writer = JournalWriter.start(journal, failure -> {})) {
      done(writer.append(rows(1, 100)));
      CountDownLatch asked = new CountDownLatch(1);
      CompletionStage<Void> held = writer.inTurnVoid(j -> awaited(asked));
      CompletableFuture<Void> allAsked =
          CompletableFuture.runAsync(
              () -> LongStream.range(0, 10_000).forEach(n -> writer.delete("a", n % 91)));

      assertThat(allAsked).succeedsWithin(Duration.ofSeconds(10));
      asked.countDown();
      done(held);
      await().untilAsserted(() -> assertThat(left(journal)).startsWith(91L).endsWith(100L));
    }
  }

  /** The extension of a delete must not overtake the events that it is about. */
  @Test
  void forgetsEventsThatWereInTheQueueWhenTheDeleteWasAskedFor() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("journal"));
        JdbcEventJournal journal = JdbcEventJournal.open(database);
        JournalWriter writer = JournalWriter.start(journal, failure -> {})) {
      done(writer.append(rows(1, 10)));
      CountDownLatch asked = new CountDownLatch(1);
      writer.inTurnVoid(j -> awaited(asked));
      writer.delete("a", 3);
      writer.append(rows(11, 12));
      writer.delete("a", 11);
      asked.countDown();

      await().untilAsserted(() -> assertThat(left(journal)).containsExactly(12L));
    }
  }

  @Test
  void leavesWhatIsLeftOfADeleteWhenItIsClosed() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(directory.resolve("journal"));
        JdbcEventJournal journal = JdbcEventJournal.open(database)) {
      JournalWriter writer = JournalWriter.start(journal, failure -> {});
      done(writer.append(rows(1, 200)));
      CountDownLatch asked = new CountDownLatch(1);
      writer.inTurnVoid(j -> awaited(asked));
      writer.delete("a", 150);
      CompletionStage<Boolean> written = writer.append(List.of(row(201)));
      CompletableFuture<Void> closed = CompletableFuture.runAsync(writer::close);
      await().until(() -> isRefused(writer.delete("b", 1)));
      asked.countDown();

      done(closed);
      assertThat(done(written)).isTrue();
      assertThat(left(journal)).startsWith(1L).endsWith(201L);
    }
  }

  private static boolean isRefused(CompletionStage<Void> asked) {
    return asked.toCompletableFuture().isCompletedExceptionally();
  }

  static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
