package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.StoreCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes rows of changes: new ones after all others, and what collection leaves of old ones. */
final class ChangeWriter {

  /**
   * A row is closed once it has so many bytes. Smaller ones make a flush slower, larger ones a read
   * of one change (docs/adr/0012).
   */
  private static final int ROW_BYTES = 4096;

  private final PreparedStatement insert;
  private final PreparedStatement update;
  private final PreparedStatement delete;
  private final JumpPointers jumps = new JumpPointers();

  ChangeWriter(Connection connection) throws SQLException {
    this.insert = connection.prepareStatement("INSERT INTO change_segment VALUES (?, ?, ?)");
    this.update =
        connection.prepareStatement(
            "UPDATE change_segment SET changes = ?, checksum = ? WHERE first_place = ?");
    this.delete = connection.prepareStatement("DELETE FROM change_segment WHERE first_place = ?");
  }

  /**
   * Adds changes after all others.
   *
   * @return how many bytes were written
   */
  long append(Iterable<Change> changes) throws SQLException {
    long written = 0;
    List<LinkedChange> row = new ArrayList<>();
    int bytes = 0;
    for (Change change : changes) {
      if (!row.isEmpty() && bytes + change.bytes() > ROW_BYTES) {
        written += insert(row);
        row.clear();
        bytes = 0;
      }
      row.add(new LinkedChange(change, jumps.jumpOf(change)));
      bytes += change.bytes();
    }
    return row.isEmpty() ? written : written + insert(row);
  }

  private int insert(List<LinkedChange> row) throws SQLException {
    long key = row.get(0).change().place();
    ByteString bytes = StoreCodec.encodeChanges(row);
    insert.setLong(1, key);
    insert.setBytes(2, bytes.toByteArray());
    insert.setLong(3, RowChecksum.of(key, bytes));
    insert.executeUpdate();
    return bytes.size();
  }

  /** Leaves only some of a row's changes. */
  void retain(ChangeRow row, List<LinkedChange> kept) throws SQLException {
    if (kept.isEmpty()) {
      delete.setLong(1, row.key());
      delete.executeUpdate();
      return;
    }
    ByteString bytes = StoreCodec.encodeChanges(kept);
    update.setBytes(1, bytes.toByteArray());
    update.setLong(2, RowChecksum.of(row.key(), bytes));
    update.setLong(3, row.key());
    update.executeUpdate();
  }
}
