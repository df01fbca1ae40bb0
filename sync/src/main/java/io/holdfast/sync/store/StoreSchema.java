package io.holdfast.sync.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of a {@link JdbcRecordStore}. Creating them again changes nothing. */
final class StoreSchema {

  /** The version created here, and the only one used. */
  static final int VERSION = 2;

  // Checksums are CRC-32C over the other columns; see RowChecksum.
  private static final String[] TABLES = {
    "CREATE TABLE IF NOT EXISTS store_schema (id INT PRIMARY KEY, version INT NOT NULL)",
    """
    CREATE TABLE IF NOT EXISTS record_segment (
      number BIGINT PRIMARY KEY,
      records BLOB NOT NULL,
      checksum BIGINT NOT NULL)""",
    """
    CREATE TABLE IF NOT EXISTS write_id_segment (
      first_ordinal BIGINT PRIMARY KEY,
      id_count INT NOT NULL,
      write_ids VARBINARY(1048576) NOT NULL,
      checksum BIGINT NOT NULL)""",
    """
    CREATE TABLE IF NOT EXISTS replica_state (
      id INT PRIMARY KEY,
      applied_slot BIGINT NOT NULL,
      chain_hash VARBINARY(32) NOT NULL,
      revision BIGINT NOT NULL,
      record_count BIGINT NOT NULL,
      write_id_window INT NOT NULL,
      first_write_ordinal BIGINT NOT NULL,
      next_write_ordinal BIGINT NOT NULL,
      horizon_millis BIGINT NOT NULL,
      first_segment BIGINT NOT NULL,
      next_segment BIGINT NOT NULL,
      checksum BIGINT NOT NULL)""",
  };

  private StoreSchema() {}

  /**
   * Creates what is missing, after looking at the version of what is there.
   *
   * @throws UnsupportedStore when the tables are of another version
   */
  static void ensure(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TABLES[0]);
      try (ResultSet row = statement.executeQuery("SELECT version FROM store_schema")) {
        if (row.next() && row.getInt(1) != VERSION) {
          throw new UnsupportedStore(
              "schema version " + row.getInt(1) + ", this software knows " + VERSION);
        }
      }
      for (String table : TABLES) {
        statement.execute(table);
      }
    }
    try (PreparedStatement version =
        connection.prepareStatement("MERGE INTO store_schema KEY (id) VALUES (1, ?)")) {
      version.setInt(1, VERSION);
      version.executeUpdate();
    }
    connection.commit();
  }
}
