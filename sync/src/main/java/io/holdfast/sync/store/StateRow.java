package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.core.UnreadableBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The one row that says what the others must be. */
final class StateRow {

  private static final int ID = 1;

  private final PreparedStatement update;

  StateRow(Connection connection) throws SQLException {
    this.update =
        connection.prepareStatement("UPDATE store_state SET state = ?, checksum = ? WHERE id = 1");
  }

  static void insert(Connection connection, StoredProgress state) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO store_state (state, checksum, id) VALUES (?, ?, 1)")) {
      write(insert, state);
    }
  }

  void update(StoredProgress state) throws SQLException {
    if (write(update, state) != 1) {
      throw new DamagedStore("the state row is missing");
    }
  }

  private static int write(PreparedStatement statement, StoredProgress state) throws SQLException {
    ByteString bytes = StoreCodec.encodeState(state);
    statement.setBytes(1, bytes.toByteArray());
    statement.setLong(2, RowChecksum.of(ID, bytes));
    return statement.executeUpdate();
  }

  /**
   * Reads the row.
   *
   * @throws DamagedStore when it is missing, or not what was written
   */
  static StoredProgress read(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT state, checksum FROM store_state WHERE id = 1");
        ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new DamagedStore("the state row is missing");
      }
      return StoreCodec.decodeState(CheckedBytes.of(row, 1, ID, "the state row"));
    } catch (UnreadableBytes e) {
      throw new DamagedStore("the state row", e);
    }
  }
}
