package io.holdfast.acceptor.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A database of a node in a schema of PostgreSQL. */
public final class SchemaPlace implements DatabasePlace {

  private static final String ASIDE = "aside-";

  /** Whoever had the lock did not give it back in time, or waits for us. */
  private static final Set<String> LOCKED = Set.of("55P03", "40P01");

  /** How long what can be done later waits for another's lock. */
  private static final String SHORT_PATIENCE = "SET LOCAL lock_timeout = '2s'";

  /** Of schemas, in a message. */
  private static final int MOST_NAMED = 30;

  private final PostgresqlSite site;
  private final String name;
  private final SchemaName schema;

  SchemaPlace(PostgresqlSite site, String name, SchemaName schema) {
    this.site = site;
    this.name = name;
    this.schema = schema;
  }

  @Override
  public String name() {
    return name;
  }

  SchemaName schema() {
    return schema;
  }

  @Override
  public NodeDatabase open() {
    try {
      return PostgresqlDatabase.open(site, schema);
    } catch (SQLException e) {
      throw new StorageFailure("opening " + this, e);
    }
  }

  @Override
  public boolean exists() {
    try (Connection connection = site.server().connect()) {
      return exists(connection, schema);
    } catch (SQLException e) {
      throw new StorageFailure("looking for " + this, e);
    }
  }

  static boolean exists(Connection connection, SchemaName schema) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?::name")) {
      query.setString(1, schema.text());
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  @Override
  public SchemaPlace beside(String suffix) {
    return new SchemaPlace(site, name + "." + suffix, schema.beside(suffix));
  }

  @Override
  public void delete() {
    try (Connection connection = site.writing()) {
      drop(connection, List.of(schema));
    } catch (SQLException e) {
      throw new StorageFailure("removing " + this, e);
    }
  }

  /**
   * Removes the database and all that stands beside it, at once.
   *
   * @return whether it did, or another's lock was in the way and nothing was changed
   */
  boolean erase() {
    try (Connection connection = site.writing()) {
      connection.setAutoCommit(false);
      List<SchemaName> gone = new ArrayList<>(List.of(schema));
      gone.addAll(beside(connection, ""));
      try (Statement statement = connection.createStatement()) {
        statement.execute(SHORT_PATIENCE);
        drop(connection, gone);
      } catch (SQLException e) {
        if (LOCKED.contains(String.valueOf(e.getSQLState()))) {
          connection.rollback();
          return false;
        }
        throw e;
      }
      DurableCommit.of(connection);
      return true;
    } catch (SQLException e) {
      throw new StorageFailure("erasing " + this, e);
    }
  }

  /**
   * Puts another database in the place of this one, in one transaction: whoever opens this place
   * finds the old one or the new one, whole. Neither may be open.
   *
   * @param received the other one
   * @param mostAside how many of those that were replaced stay aside, the one that is replaced now
   *     among them; 0: it goes, and those that are aside already stay
   */
  public void replaceBy(SchemaPlace received, int mostAside) {
    try (Connection connection = site.writing()) {
      connection.setAutoCommit(false);
      if (mostAside == 0) {
        drop(connection, List.of(schema));
      } else if (exists(connection, schema)) {
        List<SchemaName> aside = aside(connection);
        drop(connection, aside.subList(0, Math.max(0, aside.size() + 1 - mostAside)));
        rename(connection, schema, schema.beside(ASIDE + (newest(aside) + 1)));
      }
      rename(connection, received.schema, schema);
      DurableCommit.of(connection);
    } catch (SQLException e) {
      throw new StorageFailure("putting " + received + " in the place of " + name, e);
    }
  }

  /**
   * What removes all schemas of this node, in SQL: for an operator who knows that they are nobody's
   * any more.
   */
  public String droppingAll() {
    Set<SchemaName> all = new LinkedHashSet<>(List.of(schema));
    try {
      all.addAll(site.ofNode());
    } catch (SQLException e) {
      throw new StorageFailure("looking for the schemas of this node", e);
    }
    return "DROP SCHEMA "
        + all.stream().limit(MOST_NAMED).map(SchemaName::quoted).collect(Collectors.joining(", "))
        + " CASCADE"
        + (all.size() > MOST_NAMED ? ", and %d more".formatted(all.size() - MOST_NAMED) : "");
  }

  /** Those that were replaced and are kept, the oldest first. */
  public List<String> keptAside() {
    try (Connection connection = site.server().connect()) {
      return aside(connection).stream().map(SchemaName::text).toList();
    } catch (SQLException e) {
      throw new StorageFailure("looking for what is kept of " + this, e);
    }
  }

  private List<SchemaName> aside(Connection connection) throws SQLException {
    List<SchemaName> aside = new ArrayList<>(beside(connection, ASIDE));
    aside.sort((one, other) -> Long.compare(numberOf(one), numberOf(other)));
    return aside;
  }

  private long newest(List<SchemaName> aside) {
    return aside.isEmpty() ? 0 : numberOf(aside.get(aside.size() - 1));
  }

  private static long numberOf(SchemaName aside) {
    String digits = aside.text().substring(aside.text().lastIndexOf(ASIDE) + ASIDE.length());
    return digits.matches("\\d{1,9}") ? Long.parseLong(digits) : 0;
  }

  private List<SchemaName> beside(Connection connection, String suffix) throws SQLException {
    String pattern = schema.besidePattern();
    return like(connection, pattern.substring(0, pattern.length() - 1) + suffix + "%");
  }

  static List<SchemaName> like(Connection connection, String pattern) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname LIKE ? ORDER BY nspname")) {
      query.setString(1, pattern);
      List<SchemaName> found = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(new SchemaName(row.getString(1)));
        }
      }
      return found;
    }
  }

  private static void drop(Connection connection, List<SchemaName> schemas) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (SchemaName gone : schemas) {
        statement.execute("DROP SCHEMA IF EXISTS " + gone.quoted() + " CASCADE");
      }
    }
  }

  private static void rename(Connection connection, SchemaName from, SchemaName to)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ALTER SCHEMA " + from.quoted() + " RENAME TO " + to.quoted());
    }
  }

  @Override
  public String toString() {
    return site.server().placeOf(schema);
  }
}
