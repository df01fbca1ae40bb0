package io.holdfast.acceptor.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A schema of a PostgreSQL server: {@code synchronous_commit} is on in every session, so a commit
 * that has returned is in the server's log, fsync'd. Space of deleted rows is the server's to
 * reuse, by autovacuum.
 *
 * <p>Whoever writes has sessions of its own, which no pool may replace unseen; readers share a
 * small pool.
 */
final class PostgresqlDatabase implements NodeDatabase {

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
    config.setConnectionInitSql(PostgresqlServer.IDLE_FOREVER);
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
    try (Connection connection = site.writing()) {
      if (!SchemaPlace.exists(connection, schema)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("CREATE SCHEMA " + schema.quoted());
        }
      }
    }
    PostgresqlDatabase database = new PostgresqlDatabase(site, schema);
    boolean opened = false;
    try {
      database.measure();
      site.opened(database);
      opened = true;
      return database;
    } finally {
      if (!opened) {
        database.readers.close();
      }
    }
  }

  /** Finds out how large it is. */
  void measure() throws SQLException {
    try (Connection connection = readers.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint"
                    + " FROM pg_catalog.pg_class c"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = ?::name AND c.relkind = 'r'")) {
      query.setString(1, schema.text());
      try (ResultSet row = query.executeQuery()) {
        storedBytes = row.next() ? row.getLong(1) : 0;
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
      try {
        measure(); // it was new when it was opened
      } catch (SQLException e) {
        throw new StorageFailure("the size of " + place(), e);
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
