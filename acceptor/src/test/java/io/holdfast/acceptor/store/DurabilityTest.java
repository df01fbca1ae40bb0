package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorRef;
import akka.persistence.SaveSnapshotSuccess;
import akka.testkit.javadsl.TestKit;
import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.TestNode.WritePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurabilityTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  @AfterEach
  void repairDisk() {
    FailingFilePath.BROKEN.set(false);
    FailingFilePath.UNREADABLE.set(false);
  }

  private Path file() {
    return directory.resolve("journal");
  }

  private static JournalRow row(String id, long number) {
    return new JournalRow(
        id,
        number,
        false,
        "w",
        0,
        "",
        new SerializedPayload(1, "m", new byte[100]),
        null,
        Set.of());
  }

  @Test
  void writesSynchronouslyBetweenEveryRequestAndItsAcknowledgement() throws Exception {
    try (TestNode node = TestNode.start(file(), WritePath.LEAN)) {
      ActorRef actor = node.actor("a");
      SyncWriteCounter counter = ((DurableDatabase) node.database().database()).syncWrites();
      for (int slot = 1; slot <= 50; slot++) {
        long before = counter.writes();
        node.ask(actor, TestNode.accepted(slot, 300));
        assertThat(counter.writes()).isGreaterThan(before);
      }
    }
  }

  @Test
  void keepsEveryAcknowledgedEventWhenTheProcessIsHalted() throws Exception {
    assertThat(ackThenHalt(200, 300, 1_000)).isEqualTo(200);
    try (TestNode node = TestNode.start(file(), WritePath.LEAN)) {
      assertThat(node.recovered("a").events()).hasSize(200);
    }
  }

  @Test
  void keepsEveryAcknowledgedEventWhenSpaceWasReusedBeforeTheHalt() throws Exception {
    assertThat(ackThenHalt(1_010, 10_000, 50)).isEqualTo(1_010);
    try (TestNode node = TestNode.start(file(), WritePath.LEAN)) {
      // The last delete was at 1,000 and went up to 950.
      assertThat(node.recovered("a").events())
          .hasSize(60)
          .last()
          .isEqualTo(TestNode.accepted(1_010, 10_000));
      assertThat(node.database().database().storedBytes()).isLessThan(10_000_000);
    }
  }

  /** How many events a process that halts right after the last one was acknowledged for. */
  private long ackThenHalt(int events, int bytes, int kept) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AckThenHalt.class.getName(),
                file().toString(),
                String.valueOf(events),
                String.valueOf(bytes),
                String.valueOf(kept))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return output.lines().filter(line -> line.startsWith("acked ")).count();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void refusesEveryWriteAfterAFailedOneAndTellsTheListenerOnce() throws Exception {
    AtomicInteger told = new AtomicInteger();
    DurableDatabase database = DurableDatabase.open(file(), new FailingFilePath());
    EventJournal journal = JdbcEventJournal.open(database);
    try (JournalWriter writer = JournalWriter.start(journal, failure -> told.incrementAndGet())) {
      writer.append(List.of(row("a", 1))).toCompletableFuture().get(10, TimeUnit.SECONDS);
      FailingFilePath.BROKEN.set(true);
      assertFails(writer.append(List.of(row("a", 2))).toCompletableFuture());
      FailingFilePath.BROKEN.set(false);
      assertFails(writer.append(List.of(row("a", 2))).toCompletableFuture());
      assertFails(writer.append(List.of(row("b", 1))).toCompletableFuture());
      assertFails(writer.inTurn(open -> open.highestSequenceNumber("a")).toCompletableFuture());
      assertThat(told).hasValue(1);
    }
  }

  private static void assertFails(CompletableFuture<?> answer) {
    assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(StorageFailure.class);
  }

  @Test
  void stopsTheActorAndTellsTheListenerWhenAWriteFails() throws Exception {
    CompletableFuture<StorageFailure> told = new CompletableFuture<>();
    JournalSetup setup = JournalSetup.create(told::complete, new FailingFilePath());
    try (TestNode node = TestNode.start(file(), WritePath.LEAN, setup)) {
      ActorRef actor = node.actor("a");
      TestKit watcher = new TestKit(node.system());
      watcher.watch(actor);
      node.ask(actor, TestNode.accepted(1, 10));
      FailingFilePath.BROKEN.set(true);
      CompletableFuture<Object> answer = node.send(actor, TestNode.accepted(2, 10));
      assertThat(told.get(10, TimeUnit.SECONDS)).hasMessage("writing the journal");
      watcher.expectTerminated(Duration.ofSeconds(10), actor);
      assertThat(answer).isNotDone();
    }
  }

  @Test
  void sharesCommitsAmongConcurrentWriters() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(file());
        JdbcEventJournal journal = JdbcEventJournal.open(database);
        JournalWriter writer = JournalWriter.start(journal, failure -> {})) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int number = 1; number <= 50; number++) {
        for (int id = 0; id < 8; id++) {
          answers.add(writer.append(List.of(row("id-" + id, number))).toCompletableFuture());
        }
      }
      for (CompletableFuture<?> answer : answers) {
        answer.get(10, TimeUnit.SECONDS);
      }
      assertThat(writer.counters().writes()).isEqualTo(400);
      assertThat(writer.counters().events()).isEqualTo(400);
      assertThat(writer.counters().commits()).isLessThan(200);
    }
  }

  @Test
  void keepsASnapshotOfSeveralMebibytes() throws Exception {
    List<AcceptedPair> tail = new ArrayList<>();
    for (int slot = 1; slot <= 8; slot++) {
      tail.add(
          new AcceptedPair(
              new Slot(slot),
              TestNode.BALLOT,
              Batch.of(ByteString.copyFrom(new byte[1024 * 1024]))));
    }
    AcceptorSnapshot snapshot =
        new AcceptorSnapshot(1, TestNode.BALLOT, Slot.ZERO, Slot.ZERO, tail, List.of());
    try (TestNode node = TestNode.start(file(), WritePath.LEAN)) {
      ActorRef actor = node.actor("a");
      node.ask(actor, TestNode.accepted(1, 2 * 1024 * 1024));
      assertThat(node.ask(actor, snapshot)).isInstanceOf(SaveSnapshotSuccess.class);
      assertThat(node.recovered("a").snapshot()).isEqualTo(snapshot);
    }
  }

  @Test
  void createsTablesAnyNumberOfTimes() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(file())) {
      for (int time = 0; time < 3; time++) {
        JdbcEventJournal.open(database).close();
      }
      try (Statement statement = database.connect().createStatement()) {
        statement.execute(JdbcEventJournal.schema(SqlDialect.H2));
      }
    }
  }

  @Test
  void readsARangeInOrderPageByPage() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(file());
        JdbcEventJournal journal = JdbcEventJournal.open(database)) {
      List<JournalRow> rows = new ArrayList<>();
      for (int number = 1; number <= 100; number++) {
        rows.add(row("a", number));
      }
      journal.append(rows);
      List<Long> read = new ArrayList<>();
      journal.read("a", 3, 98, row -> read.add(row.sequenceNumber()));
      assertThat(read).hasSize(96).isSorted().startsWith(3L).endsWith(98L);
    }
  }

  @Test
  void reusesTheSpaceOfDeletedRows() throws Exception {
    try (DurableDatabase database = DurableDatabase.open(file());
        JdbcEventJournal journal = JdbcEventJournal.open(database)) {
      try (Statement statement = database.connect().createStatement()) {
        // Reuse at once: the test need not wait for the time that a node keeps dead chunks.
        statement.execute("SET RETENTION_TIME 0");
      }
      for (int number = 1; number <= 3_000; number++) {
        SerializedPayload event = new SerializedPayload(1, "m", new byte[10_000]);
        journal.append(
            List.of(new JournalRow("a", number, false, "w", 0, "", event, null, Set.of())));
        if (number % 100 == 0) {
          journal.delete("a", number - 100, 100);
          journal.reclaim();
        }
      }
      assertThat(database.syncWrites().bytes()).isGreaterThan(30_000_000);
      assertThat(database.fileBytes()).isLessThan(15_000_000);
    }
  }
}
