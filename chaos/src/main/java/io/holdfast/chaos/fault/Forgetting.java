package io.holdfast.chaos.fault;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorEvent.ChosenRecorded;
import io.holdfast.acceptor.core.AcceptorEvent.PairAccepted;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.config.core.GroupId;
import io.holdfast.sync.core.StoreCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/**
 * Takes from the journal of a node that does not run all that its acceptor has promised and
 * accepted since the record store was last written ({@link
 * io.holdfast.config.core.NodeFlaw#FORGETFUL_ACCEPTOR}): the events from the first one on that is
 * about a slot which the store lacks. What is left is a journal that might have been written: its
 * numbers have no gap, its stamp is the right one, and it leaves nothing to the store that the
 * store lacks; so no check of the node's can see it. A snapshot stays, and with it what it holds.
 */
final class Forgetting {

  private static final String SNAPSHOT =
      "SELECT MAX(\"sequence_number\") FROM \"snapshot\" WHERE \"persistence_id\" = ?";
  private static final String EVENTS =
      "SELECT \"sequence_number\", \"event_payload\" FROM \"event_journal\""
          + " WHERE \"persistence_id\" = ? AND \"sequence_number\" > ? AND \"deleted\" = FALSE"
          + " ORDER BY \"sequence_number\"";
  private static final String FORGET =
      "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ? AND \"sequence_number\" >= ?";

  private Forgetting() {}

  /**
   * Forgets. Nothing where the node has never run.
   *
   * @param journal the journal's file without its suffix
   * @param store the group's record store, likewise
   * @param group whose acceptor forgets
   * @return how many events are gone
   */
  static long of(Path journal, Path store, GroupId group) {
    if (!Files.exists(DurableDatabase.fileOf(journal))
        || !Files.exists(DurableDatabase.fileOf(store))) {
      return 0;
    }
    try (DurableDatabase database = DurableDatabase.open(journal, new DurableFilePath());
        Connection connection = database.connect()) {
      if (!hasTable(connection, "event_journal")) {
        return 0;
      }
      String acceptor = AcceptorActor.persistenceId(group);
      OptionalLong first = firstBeyond(connection, acceptor, storedUpTo(store));
      return first.isEmpty() ? 0 : update(connection, acceptor, first.getAsLong());
    } catch (SQLException e) {
      throw new IllegalStateException("forgetting in " + journal, e);
    }
  }

  private static Slot storedUpTo(Path store) throws SQLException {
    try (DurableDatabase database = DurableDatabase.open(store, new DurableFilePath());
        Connection connection = database.connect();
        Statement query = connection.createStatement()) {
      if (!hasTable(connection, "STORE_STATE")) {
        return Slot.ZERO; // the node has never got that far
      }
      try (ResultSet row = query.executeQuery("SELECT state FROM store_state")) {
        return row.next()
            ? StoreCodec.decodeState(ByteString.copyFrom(row.getBytes(1))).header().applied()
            : Slot.ZERO;
      }
    }
  }

  private static boolean hasTable(Connection connection, String name) throws SQLException {
    try (ResultSet tables = connection.getMetaData().getTables(null, null, name, null)) {
      return tables.next();
    }
  }

  private static OptionalLong firstBeyond(Connection connection, String acceptor, Slot stored)
      throws SQLException {
    try (PreparedStatement events = connection.prepareStatement(EVENTS)) {
      events.setString(1, acceptor);
      events.setLong(2, snapshotAt(connection, acceptor));
      try (ResultSet row = events.executeQuery()) {
        while (row.next()) {
          if (slotOf(row.getBytes(2)).isAfter(stored)) {
            return OptionalLong.of(row.getLong(1));
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  private static long snapshotAt(Connection connection, String acceptor) throws SQLException {
    try (PreparedStatement snapshot = connection.prepareStatement(SNAPSHOT)) {
      snapshot.setString(1, acceptor);
      try (ResultSet row = snapshot.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private static long update(Connection connection, String acceptor, long from)
      throws SQLException {
    try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
      forget.setString(1, acceptor);
      forget.setLong(2, from);
      return forget.executeUpdate();
    }
  }

  /** The slot that an event is about; none is slot zero. */
  private static Slot slotOf(byte[] bytes) throws SQLException {
    try {
      AcceptorEvent event = JournalCodec.event(bytes);
      if (event instanceof PairAccepted accepted) {
        return accepted.slot();
      }
      return event instanceof ChosenRecorded chosen ? chosen.slot() : Slot.ZERO;
    } catch (MalformedMessage e) {
      throw new SQLException("an event that means nothing", e);
    }
  }
}
