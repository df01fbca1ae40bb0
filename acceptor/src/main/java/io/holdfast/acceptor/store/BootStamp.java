package io.holdfast.acceptor.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Which boot of which data directory last opened a database, kept in the database itself. The
 * directory remembers the same outside of it; so a database that was emptied, or replaced by an
 * older copy, is told apart from one that is merely new.
 *
 * @param incarnation the data directory's
 * @param boot the boot that opened it
 */
public record BootStamp(long incarnation, long boot) {

  /** Of its one row. */
  private static final int ID = 1;

  /**
   * The stamp in {@code database}; empty if it has none.
   *
   * @throws StorageFailure if it cannot be read
   */
  public static Optional<BootStamp> in(NodeDatabase database) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS boot_stamp"
              + " (id INT PRIMARY KEY, incarnation BIGINT NOT NULL, boot BIGINT NOT NULL)");
      return read(statement);
    } catch (SQLException e) {
      throw new StorageFailure("reading the boot stamp of " + database.place(), e);
    }
  }

  /**
   * The same of a database that is open to be read only.
   *
   * @throws StorageFailure if it cannot be read
   */
  public static Optional<BootStamp> readIn(DurableDatabase database) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      return isThere(statement) ? read(statement) : Optional.empty();
    } catch (SQLException e) {
      throw new StorageFailure("reading the boot stamp of " + database.file(), e);
    }
  }

  private static boolean isThere(Statement statement) throws SQLException {
    try (ResultSet table =
        statement.executeQuery(
            "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'BOOT_STAMP'")) {
      return table.next();
    }
  }

  private static Optional<BootStamp> read(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT incarnation, boot FROM boot_stamp")) {
      return row.next()
          ? Optional.of(new BootStamp(row.getLong(1), row.getLong(2)))
          : Optional.empty();
    }
  }

  /**
   * Puts this stamp in the place of the one before. Durable when this returns.
   *
   * @throws StorageFailure if it may not be
   */
  public void putInto(NodeDatabase database) {
    try (Connection connection = database.connect();
        PreparedStatement stamp =
            connection.prepareStatement(
                database
                    .dialect()
                    .upsert("boot_stamp", List.of("id"), List.of("incarnation", "boot")))) {
      connection.setAutoCommit(false);
      stamp.setInt(1, ID);
      stamp.setLong(2, incarnation);
      stamp.setLong(3, boot);
      stamp.executeUpdate();
      DurableCommit.of(connection);
    } catch (SQLException e) {
      throw new StorageFailure("stamping " + database.place(), e);
    }
  }
}
