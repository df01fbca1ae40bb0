package io.holdfast.acceptor.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;

/**
 * The one way to commit what an answer rests on. PostgreSQL says no more than a warning where a
 * commit that waited for a synchronous standby was cancelled: it may stand on one disk only, so a
 * warning is as much a failure as an error is.
 */
public final class DurableCommit {

  private DurableCommit() {}

  /**
   * Commits the transaction of {@code connection}; what it wrote is durable when this returns.
   *
   * @throws SQLException where it may not be, whether the database calls that an error or not
   */
  public static void of(Connection connection) throws SQLException {
    connection.clearWarnings(); // of statements, which say nothing of the commit
    connection.commit();
    SQLWarning warning = connection.getWarnings();
    if (warning != null) {
      throw new SQLException(
          "the commit was told with a warning, so it may not be durable: " + warning.getMessage(),
          warning.getSQLState());
    }
  }
}
