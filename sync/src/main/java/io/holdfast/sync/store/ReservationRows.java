package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.OwnerKey;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationTable;
import io.holdfast.sync.core.reservation.ValueKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * Writes reservations and exclusions, a row each. That a number has one holder, and an owner one
 * number of a pool, is decided at apply; the primary key and the unique index say it once more.
 * What would violate them is no state of any replica, and the flush fails.
 *
 * <p>Texts are stored as their UTF-8: no two are the same to a database that are not the same here,
 * whatever it thinks of upper case and of blanks at an end.
 */
final class ReservationRows {

  /** What a row takes beside its bytes, about: its key stands in two indexes as well. */
  private static final int BESIDE = 128;

  private final PreparedStatement drop;
  private final PreparedStatement insert;
  private final PreparedStatement dropExclusions;
  private final PreparedStatement insertExclusions;

  ReservationRows(Connection connection) throws SQLException {
    this.drop =
        connection.prepareStatement(
            "DELETE FROM reservation WHERE pool = ? AND within_host = ? AND number = ?");
    this.insert =
        connection.prepareStatement("INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.dropExclusions =
        connection.prepareStatement(
            "DELETE FROM reservation_exclusion WHERE pool = ? AND within_host = ?");
    this.insertExclusions =
        connection.prepareStatement("INSERT INTO reservation_exclusion VALUES (?, ?, ?, ?)");
  }

  /**
   * Writes what a delta changes. First goes what ended or is not what it was, then comes what is
   * there now: a number that went from one owner to another, or an owner that has another number,
   * is never there twice in passing.
   *
   * @return how many bytes were written
   */
  long apply(ReplicaDelta delta) throws SQLException {
    ReservationTable.Delta changed = delta.reservations();
    if (changed.isEmpty()) {
      return 0;
    }
    for (ValueKey ended : changed.ended()) {
      drop(ended);
    }
    for (Reservation one : changed.put()) {
      drop(one.valueKey());
    }
    long written = 0;
    for (Reservation one : changed.put()) {
      written += insert(one, StoreCodec.encodeReservation(one));
    }
    for (Map.Entry<PoolPlace, List<Exclusion>> row : changed.exclusions().entrySet()) {
      setPlace(dropExclusions, row.getKey());
      dropExclusions.executeUpdate();
      if (!row.getValue().isEmpty()) {
        written +=
            insertExclusions(
                row.getKey(), StoreCodec.encodeExclusions(row.getKey(), row.getValue()));
      }
    }
    return written + (long) BESIDE * changed.ended().size();
  }

  private void drop(ValueKey key) throws SQLException {
    setPlace(drop, new PoolPlace(key.pool(), key.within()));
    drop.setLong(3, key.value());
    drop.executeUpdate();
  }

  /** Adds a row; how many bytes it takes. */
  long insert(Reservation one, ByteString bytes) throws SQLException {
    setPlace(insert, one.place());
    insert.setLong(3, one.value());
    insert.setBytes(4, ByteString.copyFromUtf8(one.path()).toByteArray());
    insert.setBytes(5, ByteString.copyFromUtf8(one.tag()).toByteArray());
    insert.setBytes(6, bytes.toByteArray());
    insert.setLong(7, checksum(one.valueKey(), one.ownerKey(), bytes));
    insert.executeUpdate();
    return (long) bytes.size() + BESIDE;
  }

  /** Adds a row; how many bytes it takes. */
  long insertExclusions(PoolPlace place, ByteString bytes) throws SQLException {
    setPlace(insertExclusions, place);
    insertExclusions.setBytes(3, bytes.toByteArray());
    insertExclusions.setLong(4, checksum(place, bytes));
    insertExclusions.executeUpdate();
    return bytes.size();
  }

  static void setPlace(PreparedStatement statement, PoolPlace place) throws SQLException {
    statement.setBytes(1, ByteString.copyFromUtf8(place.pool()).toByteArray());
    statement.setBytes(2, ByteString.copyFromUtf8(place.within()).toByteArray());
  }

  static long checksum(ValueKey value, OwnerKey owner, ByteString bytes) {
    return RowChecksum.of(
        value.value(), bytes, owner.pool(), owner.within(), owner.path(), owner.tag());
  }

  static long checksum(PoolPlace place, ByteString bytes) {
    return RowChecksum.of(0, bytes, place.pool(), place.within());
  }
}
