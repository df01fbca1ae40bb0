package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.sync.core.ControlRows;
import io.holdfast.sync.core.ReplicaDelta;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is active in the group, and was: a row for each epoch, and one for what was given. */
final class EpochRows {

  private final SortedMap<Long, ByteString> found;
  private final @Nullable PreparedStatement put;
  private final @Nullable PreparedStatement drop;
  private long newest = -1;

  private EpochRows(
      SortedMap<Long, ByteString> found,
      @Nullable PreparedStatement put,
      @Nullable PreparedStatement drop) {
    this.found = found;
    this.put = put;
    this.drop = drop;
  }

  /** Reads those that are there. */
  static EpochRows read(Connection connection, SqlDialect dialect) throws SQLException {
    TreeMap<Long, ByteString> found = new TreeMap<>();
    try (PreparedStatement query =
            connection.prepareStatement("SELECT number, epoch, checksum FROM control_epoch");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        long number = row.getLong(1);
        found.put(number, CheckedBytes.of(row, 2, number, "row %d of epochs".formatted(number)));
      }
    }
    return new EpochRows(
        found,
        connection.prepareStatement(
            dialect.upsert("control_epoch", List.of("number"), List.of("epoch", "checksum"))),
        connection.prepareStatement("DELETE FROM control_epoch WHERE number > 0 AND number < ?"));
  }

  /** Those of a store that has none, and is only looked at. */
  static EpochRows none() {
    return new EpochRows(new TreeMap<>(), null, null);
  }

  /** What they say. */
  ControlState load() {
    ControlState state = ControlRows.read(found);
    if (!found.isEmpty()) {
      newest = state.epoch().number();
    }
    return state;
  }

  /**
   * Writes what a delta changes.
   *
   * @return how many bytes were written
   */
  long apply(ReplicaDelta delta) throws SQLException {
    if (delta.control().isEmpty() || put == null || drop == null) {
      return 0;
    }
    ControlState state = delta.control().orElseThrow();
    long written = 0;
    for (Map.Entry<Long, ByteString> row : ControlRows.of(state, newest).entrySet()) {
      put.setLong(1, row.getKey());
      put.setBytes(2, row.getValue().toByteArray());
      put.setLong(3, RowChecksum.of(row.getKey(), row.getValue()));
      put.executeUpdate();
      written += row.getValue().size();
    }
    drop.setLong(1, ControlRows.first(state));
    drop.executeUpdate();
    newest = state.epoch().number();
    return written;
  }
}
