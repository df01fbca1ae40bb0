package io.holdfast.sync.store;

import io.holdfast.acceptor.store.DurableCommit;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoredProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of a {@link JdbcReplicaStore}, and how a store comes to have them. */
final class ReplicaSchema {

  /** The version written here. */
  static final int VERSION = 5;

  /** Versions before this one have fewer tables: those are made where such a store is opened. */
  private static final int OLDEST = 3;

  private static final int ID = 1;
  private static final int WITH_EPOCHS = 4;
  private static final int WITH_RESERVATIONS = 5;

  private static final String VERSION_TABLE =
      "CREATE TABLE IF NOT EXISTS store_schema (id INT PRIMARY KEY, version INT NOT NULL)";

  // Checksums are CRC-32C over the other columns; see RowChecksum.
  private static final List<String> TABLES =
      List.of(
          VERSION_TABLE,
          """
          CREATE TABLE IF NOT EXISTS change_segment (
            first_place BIGINT PRIMARY KEY,
            changes BLOB NOT NULL,
            checksum BIGINT NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS write_ids (
            first_ordinal BIGINT PRIMARY KEY,
            id_count INT NOT NULL,
            ids VARBINARY(1048576) NOT NULL,
            checksum BIGINT NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS answer (
            ordinal BIGINT PRIMARY KEY,
            results VARBINARY(1048576) NOT NULL,
            checksum BIGINT NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS lease_bucket (
            number INT PRIMARY KEY,
            leases VARBINARY(1048576) NOT NULL,
            checksum BIGINT NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS control_epoch (
            number BIGINT PRIMARY KEY,
            epoch VARBINARY(1048576) NOT NULL,
            checksum BIGINT NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS reservation (
            pool VARBINARY(63) NOT NULL,
            within_host VARBINARY(253) NOT NULL,
            number BIGINT NOT NULL,
            path VARBINARY(1024) NOT NULL,
            tag VARBINARY(512) NOT NULL,
            reservation VARBINARY(16384) NOT NULL,
            checksum BIGINT NOT NULL,
            PRIMARY KEY (pool, within_host, number))""",
          """
          CREATE UNIQUE INDEX IF NOT EXISTS reservation_owner
            ON reservation (pool, within_host, path, tag)""",
          """
          CREATE TABLE IF NOT EXISTS reservation_exclusion (
            pool VARBINARY(63) NOT NULL,
            within_host VARBINARY(253) NOT NULL,
            exclusions VARBINARY(1048576) NOT NULL,
            checksum BIGINT NOT NULL,
            PRIMARY KEY (pool, within_host))""",
          """
          CREATE TABLE IF NOT EXISTS touched_keys (
            number BIGINT PRIMARY KEY,
            touched VARBINARY(1048576) NOT NULL,
            checksum BIGINT NOT NULL)""",
          """
          CREATE TABLE IF NOT EXISTS store_state (
            id INT PRIMARY KEY,
            state VARBINARY(4096) NOT NULL,
            checksum BIGINT NOT NULL)""");

  /** What stands in a store that can be read, though perhaps not written by this software. */
  record Found(int version) {

    boolean hasEpochs() {
      return version >= WITH_EPOCHS;
    }

    boolean hasReservations() {
      return version >= WITH_RESERVATIONS;
    }
  }

  private static final List<String> ROWS = List.of("store_state", "change_segment", "write_ids");

  private ReplicaSchema() {}

  /**
   * Creates what a new store needs, and leaves one of this version as it is.
   *
   * @throws UnsupportedStore when the store is of another version
   */
  static void ensure(Connection connection, SqlDialect dialect, StateTerms terms)
      throws SQLException {
    execute(connection, List.of(VERSION_TABLE));
    int stored = storedVersion(connection);
    if (stored != 0) {
      requireKnown(stored);
    }
    // H2 commits with each CREATE: rows are written only once all tables are there.
    createTables(connection, dialect);
    if (stored == 0) {
      begin(connection, dialect, terms);
    } else if (stored < VERSION) {
      // From here on software that does not know these tables refuses it by name, and loses none.
      setVersion(connection, dialect);
      DurableCommit.of(connection);
    }
  }

  /**
   * That a store is there, and of a version that can be read.
   *
   * @return which tables it has
   * @throws UnsupportedStore when it is not
   */
  static Found require(Connection connection) throws SQLException {
    int stored = storedVersion(connection);
    requireKnown(stored);
    return new Found(stored);
  }

  private static void requireKnown(int stored) {
    if (stored < OLDEST || stored > VERSION) {
      throw new UnsupportedStore(
          ("schema version %d, this software knows %d to %d: start the software that wrote it, read"
                  + " its records out there, and load them into a new mesh")
              .formatted(stored, OLDEST, VERSION));
    }
  }

  /** Creates the tables that are missing; a store is one only once it has a version. */
  static void createTables(Connection connection, SqlDialect dialect) throws SQLException {
    execute(connection, TABLES.stream().map(dialect::table).toList());
  }

  private static void begin(Connection connection, SqlDialect dialect, StateTerms terms)
      throws SQLException {
    for (String table : ROWS) {
      try (PreparedStatement query =
              connection.prepareStatement("SELECT 1 FROM " + table + " FETCH FIRST 1 ROW ONLY");
          ResultSet row = query.executeQuery()) {
        if (row.next()) {
          throw new DamagedStore("rows in " + table + " without a schema version");
        }
      }
    }
    StateRow.insert(connection, StoredProgress.empty(terms));
    setVersion(connection, dialect);
    DurableCommit.of(connection);
  }

  /** 0 where there is none. */
  private static int storedVersion(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT version FROM store_schema WHERE id = 1");
        ResultSet row = query.executeQuery()) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** From now on this is a store. */
  static void setVersion(Connection connection, SqlDialect dialect) throws SQLException {
    try (PreparedStatement version =
        connection.prepareStatement(
            dialect.upsert("store_schema", List.of("id"), List.of("version")))) {
      version.setInt(1, ID);
      version.setInt(2, VERSION);
      version.executeUpdate();
    }
  }

  /** From now on this is no store yet. */
  static void clearVersion(Connection connection) throws SQLException {
    execute(connection, List.of("DELETE FROM store_schema"));
  }

  static void execute(Connection connection, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
