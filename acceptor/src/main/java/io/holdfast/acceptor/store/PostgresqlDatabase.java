package io.holdfast.acceptor.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema of a PostgreSQL server: {@code synchronous_commit} is on in every session, so a commit
 * that has returned is in the server's log, fsync'd. Space of deleted rows is the server's to
 * reuse, by autovacuum.
 *
 * <p>Whoever writes has sessions of its own, which no pool may replace unseen; readers share a
 * small pool.
 */
final class PostgresqlDatabase implements NodeDatabase {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresqlDatabase.class);

  /**
   * Room for those who keep a connection (three readers of a store) and for snapshots, of which a
   * node sends a few at a time: nobody may wait for one that is never given back. Those that nobody
   * uses are closed.
   */
  private static final int MOST_READERS = 16;

  private static final Duration IDLE = Duration.ofSeconds(30);

  private final PostgresqlSite site;
  private final SchemaName schema;
  private final HikariDataSource readers;
  private final Queue<Connection> writers = new ConcurrentLinkedQueue<>();

  /** As of a while ago: asked for by threads that must not wait for a server. */
  private volatile long storedBytes;

  private PostgresqlDatabase(PostgresqlSite site, SchemaName schema) {
    this.site = site;
    this.schema = schema;
    this.readers = new HikariDataSource(pool(site.server(), schema));
  }

  private static HikariConfig pool(PostgresqlServer server, SchemaName schema) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(schema.text());
    config.setJdbcUrl(server.settings().url());
    config.setDataSourceProperties(server.session(schema));
    config.setConnectionInitSql(server.beginning());
    config.setMaximumPoolSize(MOST_READERS);
    config.setMinimumIdle(0);
    config.setIdleTimeout(IDLE.toMillis());
    config.setMaxLifetime(0); // nothing between us and the server ends what is idle
    config.setConnectionTimeout(server.settings().connectTimeout().toMillis());
    config.setInitializationFailTimeout(-1);
    config.setRegisterMbeans(false);
    return config;
  }

  /** Opens it, and makes the schema where absent. */
  static PostgresqlDatabase open(PostgresqlSite site, SchemaName schema) throws SQLException {
    PostgresqlDatabase database;
    try (Connection connection = site.writing()) {
      if (!SchemaPlace.exists(connection, schema)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("CREATE SCHEMA " + schema.quoted());
        }
      }
      database = new PostgresqlDatabase(site, schema);
      database.measure(connection);
    }
    boolean opened = false;
    try {
      site.opened(database);
      opened = true;
      return database;
    } finally {
      if (!opened) {
        database.readers.close();
      }
    }
  }

  SchemaName schema() {
    return schema;
  }

  void measured(long bytes) {
    storedBytes = bytes;
  }

  /** Of a database that may have been there before. */
  private void measure(Connection connection) {
    try {
      measured(SchemaSizes.of(connection, List.of(schema)).getOrDefault(schema.text(), 0L));
    } catch (SQLException e) {
      LOG.warn("how large {} is cannot be told for now: {}", place(), e.getMessage());
    }
  }

  /**
   * Ends every session that writes, at once: whatever is tried by them from now on fails, and what
   * is under way is unknown.
   */
  void abandon() {
    for (Connection writer : writers) {
      try {
        writer.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("ending a session", e); // it was over
      }
    }
  }

  @Override
  public SqlDialect dialect() {
    return SqlDialect.POSTGRESQL;
  }

  @Override
  public String place() {
    return site.server().placeOf(schema);
  }

  @Override
  public Connection connect() throws SQLException {
    List<Connection> gone = new ArrayList<>();
    for (Connection earlier : writers) {
      if (earlier.isClosed()) {
        gone.add(earlier);
      }
    }
    boolean unused = writers.removeAll(gone);
    Connection connection = site.writing(schema);
    writers.add(connection);
    return connection;
  }

  @Override
  public Connection connectToRead() throws SQLException {
    return readers.getConnection();
  }

  @Override
  public long storedBytes() {
    if (storedBytes == 0) {
      try (Connection connection = readers.getConnection()) {
        measure(connection); // it was new when it was opened
      } catch (SQLException e) {
        LOG.warn("how large {} is cannot be told for now: {}", place(), e.getMessage());
      }
    }
    return storedBytes;
  }

  @Override
  public OptionalLong synchronousWrites() {
    return OptionalLong.empty();
  }

  @Override
  public boolean reclaim() {
    return false;
  }

  @Override
  public void close() throws SQLException {
    site.closed(this);
    readers.close();
    for (Connection writer : writers) {
      writer.close();
    }
    writers.clear();
  }
}
