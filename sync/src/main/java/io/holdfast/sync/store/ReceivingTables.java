package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.store.DurableCommit;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.HeldPlaces;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.ReceivedRow;
import io.holdfast.sync.core.SnapshotReceipt;
import io.holdfast.sync.core.StoredProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of a store that is being received, with the receipt that says how far it has come.
 * Until it is finished it has no schema version, and nobody takes it for a store.
 */
final class ReceivingTables {

  private static final int ID = 1;

  private static final String RECEIPT_TABLE =
      """
      CREATE TABLE IF NOT EXISTS snapshot_receipt (
        id INT PRIMARY KEY,
        receipt VARBINARY(4096) NOT NULL,
        checksum BIGINT NOT NULL)""";

  private final Connection connection;
  private final SqlDialect dialect;
  private final ChangeReader reader;
  private final ChangeWriter writer;
  private final PreparedStatement putReceipt;
  private final PreparedStatement touched;
  private final PreparedStatement writeIds;
  private final PreparedStatement answer;
  private final PreparedStatement leases;
  private final PreparedStatement epochs;
  private final ReservationRows reservations;
  private SnapshotReceipt receipt;
  private long collectedHere;

  /** Opens them, and makes them where absent. */
  ReceivingTables(Connection connection, SqlDialect dialect) throws SQLException {
    this.connection = connection;
    this.dialect = dialect;
    ReplicaSchema.createTables(connection, dialect);
    ReplicaSchema.execute(connection, List.of(dialect.table(RECEIPT_TABLE)));
    DurableCommit.of(connection);
    this.reader = new ChangeReader(connection);
    this.writer = new ChangeWriter(connection);
    this.putReceipt =
        connection.prepareStatement(
            dialect.upsert("snapshot_receipt", List.of("id"), List.of("receipt", "checksum")));
    this.touched = connection.prepareStatement("INSERT INTO touched_keys VALUES (?, ?, ?)");
    this.writeIds = connection.prepareStatement("INSERT INTO write_ids VALUES (?, ?, ?, ?)");
    this.answer = connection.prepareStatement("INSERT INTO answer VALUES (?, ?, ?)");
    this.leases = connection.prepareStatement("INSERT INTO lease_bucket VALUES (?, ?, ?)");
    this.epochs = connection.prepareStatement("INSERT INTO control_epoch VALUES (?, ?, ?)");
    this.reservations = new ReservationRows(connection);
    this.receipt = read(connection);
  }

  private static SnapshotReceipt read(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT receipt, checksum FROM snapshot_receipt WHERE id = 1");
        ResultSet row = query.executeQuery()) {
      return row.next()
          ? SnapshotReceipt.decode(CheckedBytes.of(row, 1, ID, "the snapshot receipt"))
          : SnapshotReceipt.NONE;
    }
  }

  SnapshotReceipt receipt() {
    return receipt;
  }

  /** How many changes the sender holds that were collected here already. */
  long collectedHere() {
    return collectedHere;
  }

  /**
   * An attempt begins: everything but the changes goes, and they too unless it goes on from them.
   */
  void begin(SnapshotReceipt begun) throws SQLException {
    ReplicaSchema.clearVersion(connection);
    collectedHere = 0;
    commit(begun);
    // In H2 each of these is a commit of its own; before the receipt they could take away what it
    // names.
    for (String table :
        List.of(
            "store_state",
            "touched_keys",
            "write_ids",
            "answer",
            "lease_bucket",
            "control_epoch",
            "reservation",
            "reservation_exclusion")) {
      ReplicaSchema.execute(connection, List.of("TRUNCATE TABLE " + table));
    }
    if (begun.lastPlace() == 0) {
      ReplicaSchema.execute(connection, List.of("TRUNCATE TABLE change_segment"));
    }
    DurableCommit.of(connection);
  }

  /** Stores rows of a chunk; durable when this returns. */
  void store(List<ReceivedRow> rows) throws SQLException {
    SnapshotReceipt after = receipt;
    for (ReceivedRow row : rows) {
      if (row instanceof ReceivedRow.Held held) {
        after = after.without(keepOnly(held.held(), after.compacted()));
        // A row at a time: a chunk of them may name all that is here.
        commit(after);
      } else if (row instanceof ReceivedRow.Changes changes) {
        List<Change> list = changes.changes();
        long unused = writer.append(list);
        after = after.with(list.size(), list.get(list.size() - 1).place());
      } else if (row instanceof ReceivedRow.TouchedKeys keys) {
        insert(touched, keys.number(), keys.bytes());
      } else if (row instanceof ReceivedRow.WriteIds ids) {
        insertWriteIds(ids);
      } else if (row instanceof ReceivedRow.Answer done) {
        insert(answer, done.ordinal(), done.bytes());
      } else if (row instanceof ReceivedRow.Leases bucket) {
        insert(leases, bucket.bucket(), bucket.bytes());
      } else if (row instanceof ReceivedRow.Epochs epoch) {
        insert(epochs, epoch.number(), epoch.bytes());
      } else {
        insertReserved(row);
      }
    }
    commit(after);
  }

  /** What violates an index is no state of any replica. */
  private void insertReserved(ReceivedRow row) throws SQLException {
    try {
      if (row instanceof ReceivedRow.Reserved one) {
        long unused = reservations.insert(one.reservation(), one.bytes());
      } else if (row instanceof ReceivedRow.Excluded excluded) {
        long unused = reservations.insertExclusions(excluded.place(), excluded.bytes());
      }
    } catch (SQLException e) {
      if (!SqlDialect.isConstraintViolation(e)) {
        throw e;
      }
      throw new DamagedStore("a number that is given twice, or an owner that has two", e);
    }
  }

  private static void insert(PreparedStatement insert, long key, ByteString bytes)
      throws SQLException {
    insert.setLong(1, key);
    insert.setBytes(2, bytes.toByteArray());
    insert.setLong(3, RowChecksum.of(key, bytes));
    insert.executeUpdate();
  }

  private void insertWriteIds(ReceivedRow.WriteIds ids) throws SQLException {
    int count = ids.records().size();
    writeIds.setLong(1, ids.firstOrdinal());
    writeIds.setInt(2, count);
    writeIds.setBytes(3, ids.bytes().toByteArray());
    writeIds.setLong(4, RowChecksum.of(ids.firstOrdinal(), count, ids.bytes()));
    writeIds.executeUpdate();
  }

  /** Takes away what the sender holds no more; gives back how many changes. */
  private long keepOnly(HeldPlaces held, long compacted) throws SQLException {
    KeptHistory history = new KeptHistory(held);
    long removed = 0;
    List<ChangeRow> rows = reader.rowOf(held.after() + 1).map(List::of).orElseGet(List::of);
    long key = rows.isEmpty() ? -1 : rows.get(0).key();
    if (rows.isEmpty()) {
      rows = reader.after(key, held.upTo());
    }
    while (!rows.isEmpty()) {
      for (ChangeRow row : rows) {
        key = row.key();
        List<LinkedChange> kept =
            row.changes().stream().filter(linked -> history.keeps(linked.change())).toList();
        if (kept.size() < row.changes().size()) {
          writer.retain(row, kept);
          removed += row.changes().size() - kept.size();
        }
      }
      rows = reader.after(key, held.upTo());
    }
    collectedHere += history.collectedHere(compacted);
    return removed;
  }

  private void commit(SnapshotReceipt after) throws SQLException {
    ByteString bytes = after.encode();
    putReceipt.setInt(1, ID);
    putReceipt.setBytes(2, bytes.toByteArray());
    putReceipt.setLong(3, RowChecksum.of(ID, bytes));
    putReceipt.executeUpdate();
    DurableCommit.of(connection);
    receipt = after;
  }

  /** From now on this is a store in this state; durable when this returns. */
  void finish(StoredProgress state) throws SQLException {
    StateRow.insert(connection, state);
    ReplicaSchema.setVersion(connection, dialect);
    DurableCommit.of(connection);
  }
}
