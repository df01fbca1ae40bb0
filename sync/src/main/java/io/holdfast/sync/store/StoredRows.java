package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.RecordSegment;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@link JdbcRecordStore}'s rows, a bounded number at a time, and checks each. */
final class StoredRows {

  /** Reads one segment of records, by its number. */
  static final String SEGMENT = "SELECT records, checksum FROM record_segment WHERE number = ?";

  private static final int ID_ROWS_AT_A_TIME = 16;

  private StoredRows() {}

  /**
   * The state row.
   *
   * @param state the replica's state
   * @param firstSegment the number of the oldest segment of records
   * @param nextSegment the number of the next one
   */
  record StateRow(ReplicaState state, long firstSegment, long nextSegment) {}

  /** The state row; in a new store the row of an empty state, which is written here. */
  static StateRow stateOrNew(Connection connection, int writeIdWindow) throws SQLException {
    StateRow stored = readState(connection);
    if (stored != null) {
      return stored;
    }
    if (!isEmpty(connection, "record_segment") || !isEmpty(connection, "write_id_segment")) {
      throw new DamagedStore("rows without a state row");
    }
    ReplicaState state = ReplicaState.empty(writeIdWindow);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO replica_state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?)")) {
      insert.setLong(1, state.applied().number());
      insert.setBytes(2, state.chainHash().bytes().toByteArray());
      insert.setLong(3, state.revision());
      insert.setLong(4, state.recordCount());
      insert.setInt(5, state.writeIdWindow());
      insert.setLong(6, state.firstWriteOrdinal());
      insert.setLong(7, state.nextWriteOrdinal());
      insert.setLong(8, state.horizonMillis());
      insert.setLong(9, RowChecksum.of(state, 1, 1));
      insert.executeUpdate();
    }
    connection.commit();
    return new StateRow(state, 1, 1);
  }

  static StateRow state(Connection connection) throws SQLException {
    StateRow stored = readState(connection);
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

  private static @Nullable StateRow readState(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT applied_slot, chain_hash, revision, record_count, write_id_window,"
                    + " first_write_ordinal, next_write_ordinal, horizon_millis, first_segment,"
                    + " next_segment, checksum FROM replica_state WHERE id = 1");
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
      StateRow stored = new StateRow(state, row.getLong(9), row.getLong(10));
      if (RowChecksum.of(state, stored.firstSegment(), stored.nextSegment()) != row.getLong(11)) {
        throw new DamagedStore("checksum of the state row at slot " + state.applied());
      }
      return stored;
    }
  }

  /**
   * Everything, checked row by row and against the counts of the state row.
   *
   * @param index takes the segments in
   */
  static StoredState load(Connection connection, SegmentIndex index) throws SQLException {
    StateRow row = state(connection);
    StoredState.Builder builder = StoredState.builder(row.state());
    try {
      loadRecords(connection, row, index, builder);
      loadWriteIds(connection, row.state().firstWriteOrdinal(), builder);
      return builder.build();
    } catch (IllegalArgumentException | UnreadableBytes e) {
      throw new DamagedStore(String.valueOf(e.getMessage()), e);
    } finally {
      connection.rollback();
    }
  }

  private static void loadRecords(
      Connection connection, StateRow row, SegmentIndex index, StoredState.Builder builder)
      throws SQLException {
    Map<ByteString, VersionedValue> records = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(SEGMENT)) {
      for (long number = row.firstSegment(); number < row.nextSegment(); number++) {
        RecordSegment segment = segment(query, number);
        segment.puts().forEach(put -> records.put(put.key(), put.value()));
        segment.deletes().forEach(records::remove);
        index.add(segment);
      }
    }
    records.forEach(builder::record);
  }

  /** One segment of records. */
  static RecordSegment segment(PreparedStatement query, long number) throws SQLException {
    query.setLong(1, number);
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new DamagedStore("records of segment " + number + " are missing");
      }
      ByteString bytes = ByteString.copyFrom(row.getBytes(1));
      if (RowChecksum.of(number, bytes) != row.getLong(2)) {
        throw new DamagedStore("checksum of the records of segment " + number);
      }
      return RecordSegment.decode(bytes);
    }
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
