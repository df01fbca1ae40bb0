package io.holdfast.acceptor.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.engine.Constants;

/** Where the databases that a node can keep its data in differ in what they are told. */
public enum SqlDialect {
  /** The embedded database H2. */
  H2 {
    @Override
    public String upsert(String table, List<String> key, List<String> others) {
      List<String> columns = Stream.of(key, others).flatMap(Collection::stream).toList();
      return "MERGE INTO %s (%s) KEY (%s) VALUES (%s)"
          .formatted(table, commas(columns), commas(key), marks(columns));
    }

    @Override
    public String deleteSome(String table, String key, String condition) {
      return "DELETE FROM %s WHERE %s FETCH FIRST ? ROWS ONLY".formatted(table, condition);
    }

    @Override
    public String table(String sql) {
      return sql;
    }

    @Override
    public void readAsOfOneMoment(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Constants.TRANSACTION_SNAPSHOT);
    }

    @Override
    public String journalTables() {
      return "journal-h2.sql";
    }
  },

  /** A PostgreSQL server. */
  POSTGRESQL {
    @Override
    public String upsert(String table, List<String> key, List<String> others) {
      List<String> columns = Stream.of(key, others).flatMap(Collection::stream).toList();
      return "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO UPDATE SET %s"
          .formatted(
              table,
              commas(columns),
              marks(columns),
              commas(key),
              others.stream()
                  .map(column -> column + " = EXCLUDED." + column)
                  .collect(Collectors.joining(", ")));
    }

    @Override
    public String deleteSome(String table, String key, String condition) {
      return "DELETE FROM %s WHERE %s IN (SELECT %s FROM %s WHERE %s ORDER BY %s FETCH FIRST ? ROWS ONLY)"
          .formatted(table, key, key, table, condition, key);
    }

    @Override
    public String table(String sql) {
      return BYTES_TYPE.matcher(sql).replaceAll("BYTEA");
    }

    @Override
    public void readAsOfOneMoment(Connection connection) throws SQLException {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    }

    @Override
    public String journalTables() {
      return "journal-postgresql.sql";
    }
  };

  private static final Pattern BYTES_TYPE = Pattern.compile("\\b(?:VARBINARY\\(\\d+\\)|BLOB)");

  /** How every SQLSTATE of a violated constraint begins. */
  private static final String CONSTRAINT_CLASS = "23";

  /**
   * A statement that puts a row in the place of one with the same key, or adds it. Its parameters
   * are the key's columns, then the others.
   *
   * @param table the table
   * @param key the columns of the primary key
   * @param others the other columns of the row
   */
  public abstract String upsert(String table, List<String> key, List<String> others);

  /**
   * A statement that removes rows, up to a number that is its last parameter.
   *
   * @param table the table
   * @param key the column of its primary key
   * @param condition of the rows to remove, with its own parameters
   */
  public abstract String deleteSome(String table, String key, String condition);

  /** A statement that makes a table, written with H2's types for bytes. */
  public abstract String table(String sql);

  /**
   * Ends auto-commit, and has each transaction see the database as of its first statement. To be
   * called before that.
   */
  public abstract void readAsOfOneMoment(Connection connection) throws SQLException;

  /** The resource with the statements that make a journal's tables. */
  abstract String journalTables();

  /** Whether a statement failed since a key, an index or another constraint forbids its row. */
  public static boolean isConstraintViolation(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && state.startsWith(CONSTRAINT_CLASS);
  }

  private static String commas(List<String> columns) {
    return String.join(", ", columns);
  }

  private static String marks(List<String> columns) {
    return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
  }
}
