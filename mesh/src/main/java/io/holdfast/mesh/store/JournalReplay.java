package io.holdfast.mesh.store;

import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.EventJournal.SnapshotBounds;
import io.holdfast.acceptor.store.JdbcEventJournal;
import io.holdfast.acceptor.store.JournalRow;
import io.holdfast.acceptor.store.SnapshotRow;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.GroupId;
import java.sql.SQLException;
import java.util.Optional;

/** A group's acceptor, replayed from a journal as at a start. */
final class JournalReplay {

  private static final SnapshotBounds ANY =
      new SnapshotBounds(0, Long.MAX_VALUE, 0, Long.MAX_VALUE);

  /** Nothing is asked of the acceptor that is replayed, so it need keep nothing for others. */
  private static final AcceptorLimits REPLAY =
      new AcceptorLimits(Integer.MAX_VALUE, 0, Long.MAX_VALUE, 1);

  private JournalReplay() {}

  /**
   * Replays it.
   *
   * @param durable what the store beside it holds
   * @throws StorageFailure when an event or a snapshot is not what was written
   */
  static AcceptorCore of(JdbcEventJournal journal, GroupId group, Slot durable)
      throws SQLException {
    String id = AcceptorActor.persistenceId(group);
    Optional<AcceptorSnapshot> snapshot = Optional.empty();
    Optional<SnapshotRow> row = journal.latestSnapshot(id, ANY);
    if (row.isPresent()) {
      snapshot = Optional.of(snapshotOf(row.get()));
    }
    AcceptorCore acceptor = AcceptorCore.recovering(REPLAY, snapshot, durable);
    journal.read(
        id,
        acceptor.sequenceNumber() + 1,
        Long.MAX_VALUE,
        event -> acceptor.recover(event.sequenceNumber(), eventOf(event)));
    return acceptor;
  }

  private static AcceptorSnapshot snapshotOf(SnapshotRow row) {
    try {
      return JournalCodec.snapshot(row.snapshot().bytes());
    } catch (MalformedMessage e) {
      throw new StorageFailure("the acceptor's snapshot " + row.sequenceNumber(), e);
    }
  }

  private static AcceptorEvent eventOf(JournalRow row) {
    try {
      return JournalCodec.event(row.event().bytes());
    } catch (MalformedMessage e) {
      throw new StorageFailure("the acceptor's event " + row.sequenceNumber(), e);
    }
  }
}
