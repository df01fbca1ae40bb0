package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.UnreadableBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Reads rows of changes through one connection, a bounded number at a time, and checks each. */
final class ChangeReader {

  /** Rows are small, but one may be a mebibyte. */
  private static final int ROWS_AT_A_TIME = 16;

  private final PreparedStatement floor;
  private final PreparedStatement following;
  private final PreparedStatement key;

  ChangeReader(Connection connection) throws SQLException {
    this.floor =
        connection.prepareStatement(
            "SELECT first_place, changes, checksum FROM change_segment WHERE first_place <= ?"
                + " ORDER BY first_place DESC FETCH FIRST 1 ROW ONLY");
    this.following =
        connection.prepareStatement(
            "SELECT first_place, changes, checksum FROM change_segment WHERE first_place > ? AND"
                + " first_place <= ? ORDER BY first_place FETCH FIRST "
                + ROWS_AT_A_TIME
                + " ROWS ONLY");
    this.key =
        connection.prepareStatement(
            "SELECT first_place FROM change_segment WHERE first_place > ? ORDER BY first_place"
                + " FETCH FIRST 1 ROW ONLY");
  }

  /** The row in which the change of this place stands if any has it. */
  Optional<ChangeRow> rowOf(long place) throws SQLException {
    floor.setLong(1, place);
    try (ResultSet row = floor.executeQuery()) {
      return row.next() ? Optional.of(read(row)) : Optional.empty();
    }
  }

  /**
   * The next rows after one, some of them.
   *
   * @param key the row's key; -1 for those from the first on
   * @param upTo the last place of interest
   */
  List<ChangeRow> after(long key, long upTo) throws SQLException {
    following.setLong(1, key);
    following.setLong(2, upTo);
    List<ChangeRow> rows = new ArrayList<>(ROWS_AT_A_TIME);
    try (ResultSet row = following.executeQuery()) {
      while (row.next()) {
        rows.add(read(row));
      }
    }
    return rows;
  }

  /** The key of the next row after a place; the highest number where there is none. */
  long keyAfter(long place) throws SQLException {
    key.setLong(1, place);
    try (ResultSet row = key.executeQuery()) {
      return row.next() ? row.getLong(1) : Long.MAX_VALUE;
    }
  }

  private static ChangeRow read(ResultSet row) throws SQLException {
    long key = row.getLong(1);
    ByteString bytes = CheckedBytes.of(row, 2, key, "the changes from place " + key);
    try {
      return new ChangeRow(key, StoreCodec.decodeChanges(bytes), bytes.size());
    } catch (UnreadableBytes e) {
      throw new DamagedStore("the changes from place " + key, e);
    }
  }

  /** The changes that are there, by place. */
  Map<Long, LinkedChange> find(SortedSet<Long> places) throws SQLException {
    Map<Long, LinkedChange> found = new HashMap<>();
    @Nullable ChangeRow row = null;
    int at = 0;
    for (long place : places) {
      if (row == null || place > row.lastPlace()) {
        row = rowOf(place).orElse(null);
        at = 0;
      }
      if (row == null) {
        continue;
      }
      List<LinkedChange> changes = row.changes();
      while (at < changes.size() && changes.get(at).change().place() < place) {
        at++;
      }
      if (at < changes.size() && changes.get(at).change().place() == place) {
        found.put(place, changes.get(at));
      }
    }
    return found;
  }

  /** The changes from one place to another, with the bounds of {@link ReplicaStore#changes}. */
  List<Change> changes(long from, long to, int maxChanges, long maxBytes) throws SQLException {
    List<Change> found = new ArrayList<>();
    long bytes = 0;
    long key = -1;
    List<ChangeRow> rows = rowOf(from).map(List::of).orElseGet(List::of);
    if (rows.isEmpty()) {
      rows = after(key, to);
    }
    while (!rows.isEmpty()) {
      for (ChangeRow row : rows) {
        key = row.key();
        for (LinkedChange linked : row.changes()) {
          Change change = linked.change();
          if (change.place() < from) {
            continue;
          }
          boolean full = found.size() == maxChanges || bytes + change.bytes() > maxBytes;
          if (change.place() > to || (full && !found.isEmpty())) {
            return found;
          }
          found.add(change);
          bytes += change.bytes();
        }
      }
      rows = after(key, to);
    }
    return found;
  }
}
