package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.core.UnreadableBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Which keys entered the generations of the cache: rows that are appended, numbered without a gap,
 * and dropped from the oldest on.
 */
final class TouchedRows {

  private static final int ROW_BYTES = 64 << 10;
  private static final int MAX_DROPPED = 1000;

  private final PreparedStatement read;
  private final PreparedStatement insert;
  private final PreparedStatement drop;
  private final ArrayDeque<Long> generations = new ArrayDeque<>();
  private long first;

  /** Reads which rows are there. */
  TouchedRows(Connection connection, StoredProgress state) throws SQLException {
    this.read =
        connection.prepareStatement("SELECT touched, checksum FROM touched_keys WHERE number = ?");
    this.insert = connection.prepareStatement("INSERT INTO touched_keys VALUES (?, ?, ?)");
    this.drop = connection.prepareStatement("DELETE FROM touched_keys WHERE number < ?");
    this.first = state.firstTouchedRow();
    for (long number = first; number < state.nextTouchedRow(); number++) {
      generations.addLast(read(number).generation());
    }
  }

  /** The number of the oldest row. */
  long first() {
    return first;
  }

  /** The number of the next row. */
  long next() {
    return first + generations.size();
  }

  /**
   * Appends a delta's keys and drops rows of no use.
   *
   * @return how many bytes were written
   */
  long append(ReplicaDelta delta) throws SQLException {
    long written = 0;
    for (Touched touched : delta.touched()) {
      List<ByteString> row = new ArrayList<>();
      int bytes = 0;
      for (ByteString key : touched.keys()) {
        row.add(key);
        bytes += key.size() + 4;
        if (bytes >= ROW_BYTES) {
          written += insert(new Touched(touched.generation(), row));
          row.clear();
          bytes = 0;
        }
      }
      if (!row.isEmpty()) {
        written += insert(new Touched(touched.generation(), row));
      }
    }
    dropBelow(delta.after().generation() - 1);
    return written;
  }

  private int insert(Touched row) throws SQLException {
    ByteString bytes = StoreCodec.encodeTouched(row);
    long number = next();
    insert.setLong(1, number);
    insert.setBytes(2, bytes.toByteArray());
    insert.setLong(3, RowChecksum.of(number, bytes));
    insert.executeUpdate();
    generations.addLast(row.generation());
    return bytes.size();
  }

  private void dropBelow(long generation) throws SQLException {
    int dropped = 0;
    while (dropped < MAX_DROPPED && !generations.isEmpty() && generations.peek() < generation) {
      generations.remove();
      first++;
      dropped++;
    }
    if (dropped > 0) {
      drop.setLong(1, first);
      drop.executeUpdate();
    }
  }

  /** Gives the keys to a state that is being restored. */
  void load(RestoredState.Builder builder) throws SQLException {
    for (long number = first; number < next(); number++) {
      Touched row = read(number);
      row.keys().forEach(key -> builder.touched(row.generation(), key));
    }
  }

  private Touched read(long number) throws SQLException {
    String what = "row " + number + " of touched keys";
    read.setLong(1, number);
    try (ResultSet row = read.executeQuery()) {
      if (!row.next()) {
        throw new DamagedStore(what + " is missing");
      }
      return StoreCodec.decodeTouched(CheckedBytes.of(row, 1, number, what));
    } catch (UnreadableBytes e) {
      throw new DamagedStore(what, e);
    }
  }
}
