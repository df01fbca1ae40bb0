package io.holdfast.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.AcceptorEvent.PromiseMade;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.AcceptorSerializer;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.EventJournal;
import io.holdfast.acceptor.store.JdbcEventJournal;
import io.holdfast.acceptor.store.JournalRow;
import io.holdfast.acceptor.store.SerializedPayload;
import io.holdfast.acceptor.store.SnapshotRow;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left in the journal of a forgetful acceptor. */
class ForgettingTest {

  private static final GroupId GROUP = new GroupId("main");
  private static final String ACCEPTOR = AcceptorActor.persistenceId(GROUP);
  private static final Ballot BALLOT = new Ballot(1, new MemberId(new NodeId("n1"), 11));
  private static final Ballot LATER = new Ballot(2, new MemberId(new NodeId("n2"), 22));

  @TempDir private Path dir = Path.of("");

  @Test
  void forgetsEverythingFromTheFirstSlotOnThatTheStoreLacks() throws SQLException {
    writeJournal(
        new PromiseMade(BALLOT),
        accepted(1),
        accepted(2),
        new ChosenRecorded(new Slot(3), BALLOT, Batch.NO_OP),
        new PromiseMade(LATER),
        accepted(4));
    writeStore(2);
    assertThat(forget()).isEqualTo(3);
    assertThat(numbers()).containsExactly(1L, 2L, 3L);
    assertThat(highest()).as("the next number follows").isEqualTo(3);
  }

  @Test
  void keepsAllThatTheStoreHoldsWithItsPromises() throws SQLException {
    writeJournal(new PromiseMade(BALLOT), accepted(1), new PromiseMade(LATER));
    writeStore(1);
    assertThat(forget()).isZero();
    assertThat(numbers()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void keepsWhatASnapshotStandsFor() throws SQLException {
    writeJournal(new PromiseMade(BALLOT), accepted(1), accepted(2), accepted(3));
    try (DurableDatabase database = DurableDatabase.open(dir.resolve("journal"));
        EventJournal journal = JdbcEventJournal.open(database)) {
      SerializedPayload payload =
          new SerializedPayload(AcceptorSerializer.IDENTIFIER, "snapshot", new byte[] {1});
      journal.saveSnapshot(new SnapshotRow(ACCEPTOR, 3, 1, payload, null));
    }
    writeStore(0);
    assertThat(forget()).isEqualTo(1);
    assertThat(numbers()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void nodeThatHasNeverRunHasNothingToForget() throws SQLException {
    assertThat(forget()).isZero();
    try (DurableDatabase journal = DurableDatabase.open(dir.resolve("journal"));
        DurableDatabase store = DurableDatabase.open(dir.resolve("store-main"))) {
      assertThat(journal.url()).isNotEqualTo(store.url());
    }
    assertThat(forget()).as("opened, and no more").isZero();
  }

  private long forget() {
    return Forgetting.of(dir.resolve("journal"), dir.resolve("store-main"), GROUP);
  }

  private static AcceptorEvent accepted(long slot) {
    return new PairAccepted(new Slot(slot), BALLOT, Batch.NO_OP);
  }

  private void writeJournal(AcceptorEvent... events) throws SQLException {
    List<JournalRow> rows = new ArrayList<>();
    for (AcceptorEvent event : events) {
      rows.add(
          new JournalRow(
              ACCEPTOR,
              rows.size() + 1L,
              false,
              "w",
              1,
              "",
              new SerializedPayload(
                  AcceptorSerializer.IDENTIFIER, "event", JournalCodec.bytesOf(event)),
              null,
              Set.of()));
    }
    try (DurableDatabase database = DurableDatabase.open(dir.resolve("journal"));
        EventJournal journal = JdbcEventJournal.open(database)) {
      journal.append(rows);
    }
  }

  private void writeStore(long appliedSlot) throws SQLException {
    StateHeader empty = StateHeader.empty(new StateTerms(100, 1000, 1000));
    StateHeader header =
        new StateHeader(
            empty.terms(),
            new Slot(appliedSlot),
            Digest.ZERO,
            empty.revision(),
            empty.compacted(),
            empty.keyCount(),
            empty.leaseCount(),
            empty.firstWriteOrdinal(),
            empty.nextWriteOrdinal(),
            empty.horizonMillis(),
            empty.generation(),
            empty.generationCommands(),
            empty.generationBytes());
    try (DurableDatabase database = DurableDatabase.open(dir.resolve("store-main"));
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE store_state (id INT, state VARBINARY, checksum BIGINT)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO store_state VALUES (1, ?, 0)")) {
        insert.setBytes(
            1, StoreCodec.encodeState(new StoredProgress(header, 0, 0, 0, 0, 0, Slot.ZERO)).toByteArray());
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
    }
  }

  private List<Long> numbers() throws SQLException {
    List<Long> numbers = new ArrayList<>();
    try (DurableDatabase database = DurableDatabase.open(dir.resolve("journal"));
        EventJournal journal = JdbcEventJournal.open(database)) {
      journal.read(ACCEPTOR, 1, Long.MAX_VALUE, row -> numbers.add(row.sequenceNumber()));
    }
    return numbers;
  }

  private long highest() throws SQLException {
    try (DurableDatabase database = DurableDatabase.open(dir.resolve("journal"));
        EventJournal journal = JdbcEventJournal.open(database)) {
      return journal.highestSequenceNumber(ACCEPTOR);
    }
  }
}
