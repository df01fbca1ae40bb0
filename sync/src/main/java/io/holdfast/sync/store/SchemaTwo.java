package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.wire.RecordProto;
import io.holdfast.sync.wire.RecordSegmentProto;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what software before plans stored, and writes it anew. Each record becomes the one change
 * that is known of its key, so the history begins where that software left off: its revision is the
 * compaction point. The records are held in memory meanwhile, as that software did all the time.
 */
final class SchemaTwo {

  static final int VERSION = 2;

  /** Takes its tables away. */
  static final List<String> DROPS =
      List.of(
          "DROP TABLE IF EXISTS record_segment",
          "DROP TABLE IF EXISTS write_id_segment",
          "DROP TABLE IF EXISTS replica_state");

  private static final int ROW_VERSION = 1;

  private record State(StateHeader header, long firstSegment, long nextSegment) {}

  private SchemaTwo() {}

  /**
   * Writes the rows of the new tables, which are empty; the caller commits.
   *
   * @throws UnsupportedStore when the store is of another window
   * @throws DamagedStore when rows are missing, or not what was written
   */
  static void migrate(Connection connection, StateTerms terms) throws SQLException {
    State state = readState(connection, terms);
    Map<ByteString, RecordProto> records = new HashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT records, checksum FROM record_segment WHERE number = ?")) {
      for (long number = state.firstSegment(); number < state.nextSegment(); number++) {
        takeSegment(query, number, records);
      }
    }
    StateHeader header = state.header();
    if (records.size() != header.keyCount()) {
      throw new DamagedStore(
          records.size() + " records where the state counts " + header.keyCount());
    }
    List<Change> changes;
    try {
      changes =
          records.values().stream()
              .map(SchemaTwo::change)
              .sorted(Comparator.comparingLong(Change::place))
              .toList();
    } catch (IllegalArgumentException e) {
      throw new DamagedStore("a record", e);
    }
    new ChangeWriter(connection).append(changes);
    long last = changes.isEmpty() ? 0 : changes.get(changes.size() - 1).place();
    try (PreparedStatement copy =
        connection.prepareStatement("INSERT INTO write_ids SELECT * FROM write_id_segment")) {
      copy.executeUpdate();
    }
    StateRow.insert(
        connection,
        new StoredProgress(header, last, Place.last(header.revision()), changes.size(), 0, 0));
  }

  private static Change change(RecordProto record) {
    return new Change(
        Place.first(record.getModRevision()),
        record.getKey(),
        record.getValue(),
        record.getCreateRevision(),
        record.getVersion(),
        0,
        0);
  }

  private static void takeSegment(
      PreparedStatement query, long number, Map<ByteString, RecordProto> records)
      throws SQLException {
    String what = "the records of segment " + number;
    query.setLong(1, number);
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new DamagedStore(what + " are missing");
      }
      RecordSegmentProto segment =
          RecordSegmentProto.parseFrom(CheckedBytes.of(row, 1, number, what));
      if (segment.getVersion() != ROW_VERSION) {
        throw new DamagedStore(what + ": version " + segment.getVersion());
      }
      segment.getRecordsList().forEach(record -> records.put(record.getKey(), record));
      segment.getDeletedKeysList().forEach(records::remove);
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedStore(what, e);
    }
  }

  private static State readState(Connection connection, StateTerms terms) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT applied_slot, chain_hash, revision, record_count, write_id_window,"
                    + " first_write_ordinal, next_write_ordinal, horizon_millis, first_segment,"
                    + " next_segment, checksum FROM replica_state WHERE id = 1");
        ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new DamagedStore("the state row is missing");
      }
      long[] others = new long[8];
      for (int i = 0; i < others.length; i++) {
        others[i] = row.getLong(3 + i);
      }
      ByteString chainHash = ByteString.copyFrom(row.getBytes(2));
      if (RowChecksum.ofStateTwo(row.getLong(1), chainHash, others) != row.getLong(11)) {
        throw new DamagedStore("checksum of the state row");
      }
      if (others[2] != terms.writeIdWindow()) {
        throw new UnsupportedStore(
            "made for a window of %d write ids, not %d"
                .formatted(others[2], terms.writeIdWindow()));
      }
      return new State(
          new StateHeader(
              terms,
              new Slot(row.getLong(1)),
              new Digest(chainHash),
              others[0],
              others[0],
              others[1],
              0,
              others[3],
              others[4],
              Math.max(0, others[5]),
              0,
              0,
              0),
          others[6],
          others[7]);
    } catch (IllegalArgumentException e) {
      throw new DamagedStore("state row", e);
    }
  }
}
