package io.holdfast.acceptor.store;

import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.ServerMark;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * How a node connects to its PostgreSQL server. Every session commits durably whatever the server's
 * defaults are, and is dropped by the server soon after the node's machine is gone.
 */
final class PostgresqlServer {

  /**
   * A session of ours: each commit waits for the log's fsync, nothing ends what only waits, and
   * waiting for another's lock has an end. A client that is gone is found within half a minute.
   */
  private static final String SESSION =
      "-c synchronous_commit=on -c default_transaction_read_only=off"
          + " -c default_transaction_isolation=read\\ committed"
          + " -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=10000"
          + " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
          // Keepalives are sent only where nothing else is on its way.
          + " -c tcp_user_timeout=25000"
          + " -c client_min_messages=warning -c row_security=on";

  /**
   * The settings are new in PostgreSQL 14 and 17; an older one has nothing to switch off, and would
   * refuse a session that names them.
   */
  private static final String IDLE_FOREVER =
      "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
          + " WHERE name IN ('idle_session_timeout', 'transaction_timeout')";

  private static final String TIMELINE =
      "pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_flush_lsn()), 8)";

  private static final String SYSTEM =
      "SELECT system_identifier FROM pg_catalog.pg_control_system()";

  private static final String POSITION =
      "SELECT "
          + TIMELINE
          + ", pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')::bigint";

  private static final int HEX = 16;

  private final PostgresqlSettings settings;
  private final NodeId node;

  /** Who answered first; absent until then. */
  private volatile Optional<ServerMark> known = Optional.empty();

  PostgresqlServer(PostgresqlSettings settings, NodeId node) {
    this.settings = settings;
    this.node = node;
  }

  PostgresqlSettings settings() {
    return settings;
  }

  /** The schema of a database of this node. */
  SchemaName schema(String database) {
    return SchemaName.of(settings.schemaPrefix(), node, database);
  }

  /** A pattern for LIKE of all schemas of this node; empty where names are too long to tell. */
  Optional<String> patternOfNode() {
    return SchemaName.patternOf(settings.schemaPrefix(), node);
  }

  boolean isOfNode(SchemaName schema) {
    return schema.isOf(settings.schemaPrefix(), node);
  }

  /** What the driver is told of a session on the tables of a schema. */
  Properties session(SchemaName schema) {
    Properties session = session();
    session.setProperty("currentSchema", schema.quoted());
    return session;
  }

  private Properties session() {
    Properties session = new Properties();
    session.setProperty("user", settings.user());
    session.setProperty("password", settings.password());
    session.setProperty(
        "ApplicationName", "holdfast " + node + " " + ProcessHandle.current().pid());
    session.setProperty("options", SESSION);
    String connectSeconds = seconds(settings.connectTimeout());
    session.setProperty("connectTimeout", connectSeconds);
    session.setProperty("loginTimeout", connectSeconds);
    session.setProperty("socketTimeout", seconds(settings.socketTimeout()));
    session.setProperty("tcpKeepAlive", "true");
    session.setProperty("reWriteBatchedInserts", "true");
    return session;
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }

  /** A session that names every schema in full. */
  Connection connect() throws SQLException {
    return begun(DriverManager.getConnection(settings.url(), session()));
  }

  /** A session on the tables of a schema. */
  Connection connect(SchemaName schema) throws SQLException {
    return begun(DriverManager.getConnection(settings.url(), session(schema)));
  }

  /**
   * What each session begins with. It fails at another server than the one that answered first: a
   * name may come to mean a standby while a node runs.
   */
  String beginning() {
    return known
        .map(
            mark ->
                IDLE_FOREVER
                    + ("; SELECT CASE WHEN system_identifier = %d AND %s = '%08X' THEN 0"
                            + " ELSE ('another server than before: system ' || system_identifier"
                            + " || ', timeline ' || %s)::int END"
                            + " FROM pg_catalog.pg_control_system()")
                        .formatted(mark.system(), TIMELINE, mark.timeline(), TIMELINE))
        .orElse(IDLE_FOREVER);
  }

  /**
   * Which server it is, and how far its log is on disk now. From the first call on it must stay, as
   * a session does: its name is not asked for again, which would wait for a checkpoint's disk.
   */
  ServerMark mark(Connection session) throws SQLException {
    long system = known.isPresent() ? known.get().system() : system(session);
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(POSITION)) {
      if (!row.next()) {
        throw new SQLException("the server does not say how far its log is");
      }
      ServerMark now =
          new ServerMark(system, Long.parseLong(row.getString(1), HEX), row.getLong(2));
      if (known.isEmpty()) {
        known = Optional.of(now);
      }
      return now;
    }
  }

  private static long system(Connection session) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(SYSTEM)) {
      if (!row.next()) {
        throw new SQLException("the server does not say which it is");
      }
      return row.getLong(1);
    }
  }

  private Connection begun(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(beginning());
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Where a schema is, for people. */
  String placeOf(SchemaName schema) {
    return "schema " + schema + " of " + settings.url();
  }

  /** What a failure comes down to, in one line. */
  static String reason(SQLException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String own = firstLine(failure);
    return root == failure || own.contains(firstLine(root)) ? own : own + ": " + firstLine(root);
  }

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
  }
}
