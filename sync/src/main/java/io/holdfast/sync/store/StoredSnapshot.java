package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.core.HeldPlaces;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.SnapshotCodec;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.SnapshotRow;
import io.holdfast.sync.core.SnapshotRow.Kind;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.core.SyncCodec;
import io.holdfast.sync.core.UnreadableBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a store as of one moment, through a connection of its own: its transaction sees every
 * table as of its first statement, whatever is committed later. A row at a time, since one may have
 * a mebibyte.
 */
final class StoredSnapshot implements SnapshotSource {

  /** Places that are named in one row: what a receiver then takes away in one transaction. */
  private static final int HELD_AT_A_TIME = 4096;

  /** Reads the row after a key. */
  private interface Step {
    Optional<Counted> after(long key) throws SQLException;
  }

  private final Connection connection;
  private final StoredProgress state;
  private final long afterPlace;
  private final ChangeReader changes;
  private final PreparedStatement change;
  private final PreparedStatement touched;
  private final PreparedStatement writeIds;
  private final PreparedStatement answer;
  private final PreparedStatement leases;
  private final PreparedStatement epochs;
  private final ReservationReader reservations;
  private final Iterator<Kind> later = EnumSet.allOf(Kind.class).iterator();
  private Kind kind = later.next();
  private long key;

  private StoredSnapshot(Connection connection, SqlDialect dialect, long wanted)
      throws SQLException {
    this.connection = connection;
    dialect.readAsOfOneMoment(connection);
    this.state = StateRow.read(connection);
    // Whoever has more than this store begins anew.
    this.afterPlace = wanted <= state.lastPlace() ? wanted : 0;
    this.changes = new ChangeReader(connection);
    this.change = oneAfter("first_place", "changes", "change_segment");
    this.touched = oneAfter("number", "touched", "touched_keys");
    this.writeIds = oneAfter("first_ordinal", "id_count, ids", "write_ids");
    this.answer = oneAfter("ordinal", "results", "answer");
    this.leases = oneAfter("number", "leases", "lease_bucket");
    this.epochs = oneAfter("number", "epoch", "control_epoch");
    this.reservations = new ReservationReader(connection);
  }

  private PreparedStatement oneAfter(String key, String row, String table) throws SQLException {
    return connection.prepareStatement(
        "SELECT %s, %s, checksum FROM %s WHERE %s > ? ORDER BY %s FETCH FIRST 1 ROW ONLY"
            .formatted(key, row, table, key, key));
  }

  /** Pins the state that the database has now. */
  static SnapshotReading open(NodeDatabase database, long afterPlace, int chunkBytes) {
    try {
      Connection connection = database.connectToRead();
      boolean opened = false;
      try {
        StoredSnapshot snapshot = new StoredSnapshot(connection, database.dialect(), afterPlace);
        SnapshotReading reading =
            new ChunkedReading(snapshot.head(database.storedBytes()), snapshot, chunkBytes);
        opened = true;
        return reading;
      } finally {
        if (!opened) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw new StorageFailure("opening a snapshot", e);
    }
  }

  private SnapshotContent.Head head(long storedBytes) {
    double left = afterPlace == 0 ? 1 : 1 - (double) afterPlace / state.lastPlace();
    return new SnapshotContent.Head(state, afterPlace, (long) (left * storedBytes));
  }

  @Override
  public Optional<Counted> next() {
    try {
      while (true) {
        Optional<Counted> row = stepOf(kind).after(key);
        if (row.isPresent()) {
          key = row.get().row().key();
          return row;
        }
        if (!later.hasNext()) {
          return Optional.empty();
        }
        kind = later.next();
        key = keyBefore(kind);
      }
    } catch (UnreadableBytes | IllegalArgumentException e) {
      throw new DamagedStore(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw new StorageFailure("reading a snapshot", e);
    }
  }

  private Step stepOf(Kind of) {
    return switch (of) {
      case HELD_PLACES -> this::heldAfter;
      case CHANGES -> this::changesAfter;
      case TOUCHED_KEYS -> this::touchedAfter;
      case WRITE_IDS -> this::writeIdsAfter;
      case ANSWER -> this::answerAfter;
      case LEASES -> this::leasesAfter;
      case EPOCHS -> after -> plain(epochs, after, Kind.EPOCHS, b -> 1);
      case RESERVATION ->
          after ->
              reservations
                  .nextReservation()
                  .map(row -> numbered(Kind.RESERVATION, after, row.bytes()));
      case EXCLUSIONS ->
          after ->
              reservations
                  .nextExclusions()
                  .map(row -> numbered(Kind.EXCLUSIONS, after, row.bytes()));
    };
  }

  /** What stands in each table from here on belongs to the state. */
  private long keyBefore(Kind of) throws SQLException {
    return switch (of) {
      case HELD_PLACES -> 0;
      case CHANGES -> changes.rowOf(afterPlace + 1).map(row -> row.key() - 1).orElse(-1L);
      case TOUCHED_KEYS -> state.firstTouchedRow() - 1;
      case WRITE_IDS -> lastWriteIdsBefore(state.header().firstWriteOrdinal());
      case ANSWER -> state.header().firstWriteOrdinal() - 1;
      case LEASES, EPOCHS, RESERVATION, EXCLUSIONS -> -1;
    };
  }

  private Optional<Counted> heldAfter(long after) throws SQLException {
    if (after >= afterPlace) {
      return Optional.empty();
    }
    List<HeldPlaces.Held> held = new ArrayList<>();
    List<ChangeRow> rows = changes.rowOf(after + 1).map(List::of).orElseGet(List::of);
    long rowKey = rows.isEmpty() ? -1 : rows.get(0).key();
    if (rows.isEmpty()) {
      rows = changes.after(rowKey, afterPlace);
    }
    while (!rows.isEmpty()) {
      for (ChangeRow row : rows) {
        rowKey = row.key();
        for (LinkedChange linked : row.changes()) {
          long place = linked.change().place();
          if (place > after && place <= afterPlace) {
            held.add(HeldPlaces.Held.of(linked.change()));
            if (held.size() == HELD_AT_A_TIME) {
              return Optional.of(held(after, place, held));
            }
          }
        }
      }
      rows = changes.after(rowKey, afterPlace);
    }
    return Optional.of(held(after, afterPlace, held));
  }

  private static Counted held(long after, long upTo, List<HeldPlaces.Held> held) {
    return new Counted(
        new SnapshotRow(
            Kind.HELD_PLACES, upTo, SnapshotCodec.encodeHeld(new HeldPlaces(after, upTo, held))),
        held.size());
  }

  private Optional<Counted> changesAfter(long after) throws SQLException {
    change.setLong(1, after);
    try (ResultSet row = change.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      long rowKey = row.getLong(1);
      ByteString bytes = CheckedBytes.of(row, 2, rowKey, "the changes from place " + rowKey);
      List<LinkedChange> all = StoreCodec.decodeChanges(bytes);
      List<LinkedChange> wanted =
          all.stream().filter(linked -> linked.change().place() > afterPlace).toList();
      if (wanted.isEmpty()) {
        return changesAfter(rowKey);
      }
      ByteString sent = wanted.size() == all.size() ? bytes : StoreCodec.encodeChanges(wanted);
      return Optional.of(new Counted(new SnapshotRow(Kind.CHANGES, rowKey, sent), wanted.size()));
    }
  }

  private Optional<Counted> touchedAfter(long after) throws SQLException {
    return plain(touched, after, Kind.TOUCHED_KEYS, b -> StoreCodec.decodeTouched(b).keys().size());
  }

  private Optional<Counted> answerAfter(long after) throws SQLException {
    return plain(answer, after, Kind.ANSWER, b -> 1);
  }

  private static Counted numbered(Kind kind, long after, ByteString bytes) {
    return new Counted(new SnapshotRow(kind, after + 1, bytes), 1);
  }

  private Optional<Counted> leasesAfter(long after) throws SQLException {
    return plain(leases, after, Kind.LEASES, b -> StoreCodec.decodeLeases(b).size());
  }

  /** How many units stand in a row. */
  private interface Units {
    long in(ByteString bytes);
  }

  private static Optional<Counted> plain(
      PreparedStatement query, long after, Kind kind, Units units) throws SQLException {
    query.setLong(1, after);
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      long key = row.getLong(1);
      ByteString bytes = CheckedBytes.of(row, 2, key, "row %d of %s".formatted(key, kind));
      return Optional.of(new Counted(new SnapshotRow(kind, key, bytes), units.in(bytes)));
    }
  }

  private Optional<Counted> writeIdsAfter(long after) throws SQLException {
    writeIds.setLong(1, after);
    try (ResultSet row = writeIds.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      long first = row.getLong(1);
      int count = row.getInt(2);
      ByteString bytes = ByteString.copyFrom(row.getBytes(3));
      if (RowChecksum.of(first, count, bytes) != row.getLong(4)
          || SyncCodec.decodeWriteIds(bytes).size() != count) {
        throw new DamagedStore("checksum of the write ids from " + first);
      }
      return Optional.of(new Counted(new SnapshotRow(Kind.WRITE_IDS, first, bytes), count));
    }
  }

  /** The last row all of which is below the window; -1 where there is none. */
  private long lastWriteIdsBefore(long firstOrdinal) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT MAX(first_ordinal) FROM write_ids WHERE first_ordinal < ? AND first_ordinal +"
                + " id_count <= ?")) {
      query.setLong(1, firstOrdinal);
      query.setLong(2, firstOrdinal);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getObject(1) != null ? row.getLong(1) : -1;
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StorageFailure("closing a snapshot", e);
    }
  }
}
