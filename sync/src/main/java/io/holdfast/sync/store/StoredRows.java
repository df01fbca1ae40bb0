package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaState;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.SyncCodec;
import io.holdfast.sync.core.UnreadableBytes;
import io.holdfast.sync.core.VersionedValue;
import io.holdfast.sync.core.WriteIdRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a {@link JdbcRecordStore}'s rows, a bounded number at a time, and checks each. */
final class StoredRows {

  private static final int RECORDS_AT_A_TIME = 1000;
  private static final int ID_ROWS_AT_A_TIME = 16;

  private StoredRows() {}

  /** The state row; in a new store the row of an empty state, which is written here. */
  static ReplicaState stateOrNew(Connection connection, int writeIdWindow) throws SQLException {
    ReplicaState stored = readState(connection);
    if (stored != null) {
      return stored;
    }
    if (!isEmpty(connection, "record") || !isEmpty(connection, "write_id_segment")) {
      throw new DamagedStore("rows without a state row");
    }
    ReplicaState state = ReplicaState.empty(writeIdWindow);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO replica_state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setLong(1, state.applied().number());
      insert.setBytes(2, state.chainHash().bytes().toByteArray());
      insert.setLong(3, state.revision());
      insert.setLong(4, state.recordCount());
      insert.setInt(5, state.writeIdWindow());
      insert.setLong(6, state.firstWriteOrdinal());
      insert.setLong(7, state.nextWriteOrdinal());
      insert.setLong(8, state.horizonMillis());
      insert.setLong(9, RowChecksum.of(state));
      insert.executeUpdate();
    }
    connection.commit();
    return state;
  }

  static ReplicaState state(Connection connection) throws SQLException {
    ReplicaState stored = readState(connection);
    if (stored == null) {
      throw new DamagedStore("the state row is missing");
    }
    return stored;
  }

  private static boolean isEmpty(Connection connection, String table) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT 1 FROM " + table + " FETCH FIRST 1 ROW ONLY");
        ResultSet row = query.executeQuery()) {
      return !row.next();
    }
  }

  private static @Nullable ReplicaState readState(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT applied_slot, chain_hash, revision, record_count, write_id_window,"
                    + " first_write_ordinal, next_write_ordinal, horizon_millis, checksum FROM"
                    + " replica_state WHERE id = 1");
        ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      ReplicaState state;
      try {
        state =
            new ReplicaState(
                new Slot(row.getLong(1)),
                new Digest(ByteString.copyFrom(row.getBytes(2))),
                row.getLong(3),
                row.getLong(4),
                row.getInt(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8));
      } catch (IllegalArgumentException e) {
        throw new DamagedStore("state row", e);
      }
      if (RowChecksum.of(state) != row.getLong(9)) {
        throw new DamagedStore("checksum of the state row at slot " + state.applied());
      }
      return state;
    }
  }

  /** Everything, checked row by row and against the counts of the state row. */
  static StoredState load(Connection connection) throws SQLException {
    ReplicaState state = state(connection);
    StoredState.Builder builder = StoredState.builder(state);
    try {
      loadRecords(connection, builder);
      loadWriteIds(connection, state.firstWriteOrdinal(), builder);
      return builder.build();
    } catch (IllegalArgumentException | UnreadableBytes e) {
      throw new DamagedStore(String.valueOf(e.getMessage()), e);
    } finally {
      connection.rollback();
    }
  }

  private static void loadRecords(Connection connection, StoredState.Builder builder)
      throws SQLException {
    byte[] after = {};
    int rows = RECORDS_AT_A_TIME;
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT record_key, record_value, create_revision, mod_revision, version, checksum"
                + " FROM record WHERE record_key > ? ORDER BY record_key FETCH FIRST "
                + RECORDS_AT_A_TIME
                + " ROWS ONLY")) {
      while (rows == RECORDS_AT_A_TIME) {
        rows = 0;
        query.setBytes(1, after);
        try (ResultSet row = query.executeQuery()) {
          while (row.next()) {
            after = row.getBytes(1);
            loadRecord(row, builder);
            rows++;
          }
        }
      }
    }
  }

  private static void loadRecord(ResultSet row, StoredState.Builder builder) throws SQLException {
    ByteString key = ByteString.copyFrom(row.getBytes(1));
    VersionedValue value =
        new VersionedValue(
            ByteString.copyFrom(row.getBytes(2)), row.getLong(3), row.getLong(4), row.getLong(5));
    if (RowChecksum.of(key, value) != row.getLong(6)) {
      throw new DamagedStore("checksum of a record of revision " + value.modRevision());
    }
    builder.record(key, value);
  }

  private static void loadWriteIds(
      Connection connection, long firstOrdinal, StoredState.Builder builder) throws SQLException {
    long next = firstOrdinal;
    long after = -1;
    int rows = ID_ROWS_AT_A_TIME;
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT first_ordinal, id_count, write_ids, checksum FROM write_id_segment WHERE"
                + " first_ordinal > ? ORDER BY first_ordinal FETCH FIRST "
                + ID_ROWS_AT_A_TIME
                + " ROWS ONLY")) {
      while (rows == ID_ROWS_AT_A_TIME) {
        rows = 0;
        query.setLong(1, after);
        try (ResultSet row = query.executeQuery()) {
          while (row.next()) {
            after = row.getLong(1);
            next = loadWriteIdRow(row, next, builder);
            rows++;
          }
        }
      }
    }
  }

  /** The first row may start below the window; after it there must be no hole. */
  private static long loadWriteIdRow(ResultSet row, long next, StoredState.Builder builder)
      throws SQLException {
    long first = row.getLong(1);
    int count = row.getInt(2);
    ByteString bytes = ByteString.copyFrom(row.getBytes(3));
    if (RowChecksum.of(first, count, bytes) != row.getLong(4)) {
      throw new DamagedStore("checksum of the write ids from " + first);
    }
    if (first > next || first + count <= next) {
      throw new DamagedStore("write ids from " + first + " where " + next + " is next");
    }
    List<WriteIdRecord> records = SyncCodec.decodeWriteIds(bytes);
    records.subList((int) (next - first), count).forEach(builder::writeId);
    return first + count;
  }
}
