package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The bytes of a row that has a key, bytes and their checksum. */
final class CheckedBytes {

  private CheckedBytes() {}

  /**
   * Reads the bytes of the present row.
   *
   * @param row stands on the row
   * @param column that of the bytes; the next one has the checksum
   * @param key the row's key, which the checksum covers too
   * @param what names the row where it is damaged
   */
  static ByteString of(ResultSet row, int column, long key, String what) throws SQLException {
    byte[] stored = row.getBytes(column);
    // The database gives every caller an array of its own.
    ByteString bytes = UnsafeByteOperations.unsafeWrap(stored);
    if (RowChecksum.of(key, bytes) != row.getLong(column + 1)) {
      throw new DamagedStore("checksum of " + what);
    }
    return bytes;
  }
}
