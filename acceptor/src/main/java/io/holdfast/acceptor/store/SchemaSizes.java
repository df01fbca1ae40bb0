package io.holdfast.acceptor.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out every few seconds how large the open databases are, on a thread and by a session of its
 * own: another's lock on a table may keep it waiting. Nothing rests on it, so a failure is only
 * logged, and the numbers stay as they were.
 */
final class SchemaSizes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaSizes.class);

  private static final Duration BETWEEN = Duration.ofSeconds(5);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private static final String QUERY =
      "SELECT n.nspname, coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint"
          + " FROM pg_catalog.pg_class c"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname::text = ANY (?) AND c.relkind = 'r' GROUP BY n.nspname";

  private final PostgresqlServer server;
  private final Set<PostgresqlDatabase> open;
  private final Thread thread = new Thread(this::run, "holdfast-postgresql-sizes");
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Connection session;
  private boolean failedBefore;

  /**
   * @param open whose sizes are wanted; changes meanwhile
   */
  SchemaSizes(PostgresqlServer server, Set<PostgresqlDatabase> open) {
    this.server = server;
    this.open = open;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The bytes that each of some schemas takes on the server; those without tables are missing. */
  static Map<String, Long> of(Connection connection, Collection<SchemaName> schemas)
      throws SQLException {
    Map<String, Long> sizes = new HashMap<>();
    Array names =
        connection.createArrayOf("text", schemas.stream().map(SchemaName::text).toArray());
    try (PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setArray(1, names);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          sizes.put(row.getString(1), row.getLong(2));
        }
      }
    } finally {
      names.free();
    }
    return sizes;
  }

  private void run() {
    while (waited()) {
      try {
        look();
        failedBefore = false;
      } catch (SQLException | RuntimeException e) {
        forgetSession();
        if (!failedBefore && closing.getCount() > 0) {
          LOG.warn(
              "how large the schemas {}* are cannot be told for now: {}",
              server.schema(""),
              e.getMessage());
        }
        failedBefore = true;
      }
    }
    forgetSession();
  }

  private boolean waited() {
    try {
      return !closing.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false; // nobody has a reason to, and nothing rests on this
    }
  }

  private void look() throws SQLException {
    Connection connection = session;
    if (connection == null) {
      connection = server.connect();
      session = connection;
    }
    Set<PostgresqlDatabase> wanted = Set.copyOf(open);
    Map<String, Long> sizes =
        of(connection, wanted.stream().map(PostgresqlDatabase::schema).toList());
    for (PostgresqlDatabase database : wanted) {
      database.measured(sizes.getOrDefault(database.schema().text(), 0L));
    }
  }

  private void forgetSession() {
    Connection connection = session;
    session = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("closing a session", e); // the server ends it by itself
      }
    }
  }

  /** Does not wait for a server that does not answer. */
  @Override
  public void close() {
    closing.countDown();
    Connection connection = session;
    try {
      if (connection != null) {
        connection.abort(Runnable::run);
      }
      thread.join(CLOSE_WAIT.toMillis());
    } catch (SQLException e) {
      LOG.debug("ending a session", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
