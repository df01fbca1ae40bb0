package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.OwnerKey;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ValueKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes once through all reservations and then all exclusions of a store, a few rows at a time, in
 * the order of their keys. Each statement names one pool, or one place, which every database finds
 * by its index.
 */
final class ReservationReader {

  private static final int ROWS_AT_A_TIME = 256;

  private static final String RESERVATION =
      "SELECT pool, within_host, number, path, tag, reservation, checksum FROM reservation ";
  private static final String EXCLUSION =
      "SELECT pool, within_host, exclusions, checksum FROM reservation_exclusion ";

  /** Before all pools: none has an empty name. */
  private static final PoolPlace START = new PoolPlace("", "");

  /** A row of a reservation. */
  record Reserved(Reservation reservation, ByteString bytes) {}

  /** A row of what is excluded from a pool in one place. */
  record Excluded(PoolPlace place, List<Exclusion> exclusions, ByteString bytes) {}

  private final PreparedStatement inPlace;
  private final PreparedStatement placeOfPool;
  private final PreparedStatement placeOfLaterPool;
  private final PreparedStatement excludedOfPool;
  private final PreparedStatement excludedOfLaterPool;
  private final Deque<Reserved> read = new ArrayDeque<>();
  private PoolPlace place = START;
  private long number;
  private PoolPlace excludedAt = START;

  ReservationReader(Connection connection) throws SQLException {
    this.inPlace =
        connection.prepareStatement(
            RESERVATION
                + "WHERE pool = ? AND within_host = ? AND number > ?"
                + " ORDER BY pool, within_host, number FETCH FIRST ? ROWS ONLY");
    this.placeOfPool =
        connection.prepareStatement(
            "SELECT pool, within_host FROM reservation WHERE pool = ? AND within_host > ?"
                + " ORDER BY pool, within_host FETCH FIRST 1 ROW ONLY");
    this.placeOfLaterPool =
        connection.prepareStatement(
            "SELECT pool, within_host FROM reservation WHERE pool > ?"
                + " ORDER BY pool, within_host FETCH FIRST 1 ROW ONLY");
    this.excludedOfPool =
        connection.prepareStatement(
            EXCLUSION
                + "WHERE pool = ? AND within_host > ?"
                + " ORDER BY pool, within_host FETCH FIRST 1 ROW ONLY");
    this.excludedOfLaterPool =
        connection.prepareStatement(
            EXCLUSION + "WHERE pool > ? ORDER BY pool, within_host FETCH FIRST 1 ROW ONLY");
  }

  /** The next reservation; empty after the last. */
  Optional<Reserved> nextReservation() throws SQLException {
    if (read.isEmpty()) {
      readOn();
    }
    return Optional.ofNullable(read.pollFirst());
  }

  private void readOn() throws SQLException {
    if (!place.equals(START)) {
      readInPlace();
    }
    if (read.isEmpty()) {
      Optional<PoolPlace> next = nextPlace();
      if (next.isPresent()) {
        place = next.get();
        number = Long.MIN_VALUE;
        readInPlace();
      }
    }
  }

  private void readInPlace() throws SQLException {
    ReservationRows.setPlace(inPlace, place);
    inPlace.setLong(3, number);
    inPlace.setInt(4, ROWS_AT_A_TIME);
    try (ResultSet row = inPlace.executeQuery()) {
      while (row.next()) {
        number = row.getLong(3);
        read.addLast(reserved(row));
      }
    }
  }

  private static Reserved reserved(ResultSet row) throws SQLException {
    ValueKey value = new ValueKey(text(row, 1), text(row, 2), row.getLong(3));
    OwnerKey owner = new OwnerKey(value.pool(), value.within(), text(row, 4), text(row, 5));
    ByteString bytes = ByteString.copyFrom(row.getBytes(6));
    Reservation one = StoreCodec.decodeReservation(bytes);
    if (ReservationRows.checksum(value, owner, bytes) != row.getLong(7)
        || !one.valueKey().equals(value)
        || !one.ownerKey().equals(owner)) {
      throw new DamagedStore("checksum of the reservation of " + value);
    }
    return new Reserved(one, bytes);
  }

  private Optional<PoolPlace> nextPlace() throws SQLException {
    ReservationRows.setPlace(placeOfPool, place);
    Optional<PoolPlace> next = place(placeOfPool);
    if (next.isEmpty()) {
      placeOfLaterPool.setBytes(1, ByteString.copyFromUtf8(place.pool()).toByteArray());
      next = place(placeOfLaterPool);
    }
    return next;
  }

  private static Optional<PoolPlace> place(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      return row.next() ? Optional.of(new PoolPlace(text(row, 1), text(row, 2))) : Optional.empty();
    }
  }

  /** The next row of exclusions; empty after the last. */
  Optional<Excluded> nextExclusions() throws SQLException {
    ReservationRows.setPlace(excludedOfPool, excludedAt);
    Optional<Excluded> next = excluded(excludedOfPool);
    if (next.isEmpty()) {
      excludedOfLaterPool.setBytes(1, ByteString.copyFromUtf8(excludedAt.pool()).toByteArray());
      next = excluded(excludedOfLaterPool);
    }
    next.ifPresent(row -> excludedAt = row.place());
    return next;
  }

  private static Optional<Excluded> excluded(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      PoolPlace place = new PoolPlace(text(row, 1), text(row, 2));
      ByteString bytes = ByteString.copyFrom(row.getBytes(3));
      Map.Entry<PoolPlace, List<Exclusion>> decoded = StoreCodec.decodeExclusions(bytes);
      if (ReservationRows.checksum(place, bytes) != row.getLong(4)
          || !decoded.getKey().equals(place)) {
        throw new DamagedStore("checksum of the exclusions of " + place);
      }
      return Optional.of(new Excluded(place, decoded.getValue(), bytes));
    }
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return ByteString.copyFrom(row.getBytes(column)).toStringUtf8();
  }
}
