package io.holdfast.acceptor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.acceptor.store.EventJournal.SnapshotBounds;
import io.holdfast.acceptor.store.TestDatabase.Medium;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class JdbcEventJournalTest {

  private static final int SLICE = 16;
  private static final int BACKLOG = 2_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path directory;

  private DurableDatabase database() {
    return DurableDatabase.open(directory.resolve("journal"));
  }

  private static void append(JdbcEventJournal journal, long first, long last, int bytes)
      throws SQLException {
    SerializedPayload event = new SerializedPayload(1, "m", new byte[bytes]);
    List<JournalRow> rows = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      rows.add(new JournalRow("a", number, false, "w", 0, "", event, null, Set.of()));
    }
    journal.append(rows);
  }

  private static List<Long> numbers(EventJournal journal) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    journal.read("a", 1, Long.MAX_VALUE, row -> numbers.add(row.sequenceNumber()));
    return numbers;
  }

  private static Long[] range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toArray(Long[]::new);
  }

  @Test
  void looksAtNoMoreRowsForASliceOfADeleteThanItRemovesHoweverLongTheBacklog() throws Exception {
    try (DurableDatabase database = database();
        Connection writing = database.connect()) {
      ScanCounter counter = new ScanCounter(writing);
      try (JdbcEventJournal journal = JdbcEventJournal.open(database, counter.watched())) {
        append(journal, 1, BACKLOG, 10);
        for (int slice = 1; slice <= 3; slice++) {
          assertThat(journal.delete("a", BACKLOG, SLICE)).isTrue();
          // Each row once to find it, once to remove it; and some ends of ranges.
          assertThat(counter.take()).isBetween((long) SLICE, 2L * SLICE + 8);
        }
        assertThat(counter.statements()).isEqualTo(6);
        assertThat(numbers(journal)).containsExactly(range(3 * SLICE + 1, BACKLOG));
      }
    }
  }

  @Test
  void looksAtNoMoreRowsForAPageThanItHoldsHoweverManyFollow() throws Exception {
    try (DurableDatabase database = database();
        JdbcEventJournal journal = JdbcEventJournal.open(database);
        Connection reading = database.connect()) {
      append(journal, 1, BACKLOG, 10);
      for (String query : List.of(JdbcEventJournal.READ_SIZES, JdbcEventJournal.READ)) {
        try (PreparedStatement explain = reading.prepareStatement("EXPLAIN ANALYZE " + query)) {
          explain.setString(1, "a");
          explain.setLong(2, 100);
          explain.setLong(3, BACKLOG);
          explain.setLong(4, 32);
          assertThat(ScanCounter.scanned(explain)).isBetween(32L, 34L);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesSliceBySliceAndKeepsTheHighestAsDeleted(Medium medium) throws Exception {
    try (TestDatabase database = TestDatabase.open(medium, directory);
        JdbcEventJournal journal = JdbcEventJournal.open(database.get())) {
      append(journal, 1, 10, 10);
      List<Boolean> more = new ArrayList<>();
      List<List<Long>> left = new ArrayList<>();
      for (int slice = 0; slice < 4; slice++) {
        more.add(journal.delete("a", 10, 4));
        left.add(numbers(journal));
      }

      assertThat(more).containsExactly(true, true, false, false);
      assertThat(left)
          .containsExactly(List.of(range(5, 10)), List.of(9L, 10L), List.of(), List.of());
      assertThat(journal.highestSequenceNumber("a")).isEqualTo(10);
      assertThat(journal.delete("unknown", 10, 4)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopsAtTheBoundOfADelete(Medium medium) throws Exception {
    try (TestDatabase database = TestDatabase.open(medium, directory);
        JdbcEventJournal journal = JdbcEventJournal.open(database.get())) {
      append(journal, 1, 10, 10);

      assertThat(journal.delete("a", 4, 4)).isFalse();
      assertThat(journal.delete("a", 6, 4)).isFalse();
      assertThat(journal.delete("a", 6, 4)).isFalse();
      assertThat(numbers(journal)).containsExactly(range(7, 10));
    }
  }

  /** What is in memory already cannot be deleted any more. */
  @ParameterizedTest
  @EnumSource
  void holdsFewRowsInMemoryWhereTheyAreLarge(Medium medium) throws Exception {
    try (TestDatabase database = TestDatabase.open(medium, directory);
        JdbcEventJournal journal = JdbcEventJournal.open(database.get())) {
      append(journal, 1, 20, 400 << 10);
      List<Long> read = new ArrayList<>();
      journal.read(
          "a",
          1,
          20,
          row -> {
            read.add(row.sequenceNumber());
            delete(journal, 19);
          });

      assertThat(read).containsExactly(1L, 2L, 20L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsRowsLargerThanAPage(Medium medium) throws Exception {
    try (TestDatabase database = TestDatabase.open(medium, directory);
        JdbcEventJournal journal = JdbcEventJournal.open(database.get())) {
      append(journal, 1, 3, 3 << 20);
      append(journal, 4, 50, 10);

      assertThat(numbers(journal)).containsExactly(range(1, 50));
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesManyRowsWithMetadataAndTagsInOneCommit(Medium medium) throws Exception {
    try (TestDatabase database = TestDatabase.open(medium, directory);
        JdbcEventJournal journal = JdbcEventJournal.open(database.get())) {
      SerializedPayload event = new SerializedPayload(1, "m", new byte[] {0, 1, -1});
      SerializedPayload about = new SerializedPayload(2, "", new byte[] {7});
      List<JournalRow> rows = new ArrayList<>();
      for (long number = 1; number <= 300; number++) {
        boolean rich = number % 2 == 0;
        rows.add(
            new JournalRow(
                "a", number, false, "w", 5, "", event, rich ? about : null, Set.of("even" + rich)));
      }
      journal.append(rows);
      List<JournalRow> read = new ArrayList<>();
      journal.read("a", 1, Long.MAX_VALUE, read::add);

      assertThat(read).hasSize(300);
      assertThat(read.get(0).metadata()).isNull();
      assertThat(read.get(1).metadata()).isEqualTo(about);
      assertThat(read).allMatch(row -> row.event().equals(event));
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsOneSnapshotOfASequenceNumberTheLastOne(Medium medium) throws Exception {
    SnapshotBounds all = new SnapshotBounds(0, Long.MAX_VALUE, 0, Long.MAX_VALUE);
    try (TestDatabase database = TestDatabase.open(medium, directory);
        JdbcEventJournal journal = JdbcEventJournal.open(database.get())) {
      for (int n = 1; n <= 3; n++) {
        SerializedPayload payload = new SerializedPayload(n, "m" + n, new byte[n << 20]);
        journal.saveSnapshot(new SnapshotRow("a", Math.min(2, n), n, payload, null));
      }

      SnapshotRow latest = journal.latestSnapshot("a", all).orElseThrow();
      assertThat(latest.sequenceNumber()).isEqualTo(2);
      assertThat(latest.created()).isEqualTo(3);
      assertThat(latest.snapshot().bytes()).hasSize(3 << 20);
      journal.deleteSnapshots("a", new SnapshotBounds(2, 2, 0, Long.MAX_VALUE));
      assertThat(journal.latestSnapshot("a", all).orElseThrow().created()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatWasCommittedAndNothingElse(Medium medium) throws Exception {
    try (TestDatabase database = TestDatabase.open(medium, directory)) {
      JdbcEventJournal journal = JdbcEventJournal.open(database.get());
      append(journal, 1, 3, 10);
      SerializedPayload event = new SerializedPayload(1, "m", new byte[1]);
      JournalRow again = new JournalRow("a", 3, false, "w", 0, "", event, null, Set.of());
      JournalRow next = new JournalRow("a", 4, false, "w", 0, "", event, null, Set.of());
      assertThatThrownBy(() -> journal.append(List.of(next, again)))
          .isInstanceOf(SQLException.class);
      database.reopen();

      try (JdbcEventJournal reopened = JdbcEventJournal.open(database.get())) {
        assertThat(numbers(reopened)).containsExactly(range(1, 3));
        assertThat(reopened.highestSequenceNumber("a")).isEqualTo(3);
      }
    }
  }

  private static void delete(JdbcEventJournal journal, long to) {
    try {
      journal.delete("a", to, 1_000);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
