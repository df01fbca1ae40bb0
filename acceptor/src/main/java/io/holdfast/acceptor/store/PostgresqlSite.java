package io.holdfast.acceptor.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas of a PostgreSQL server, one for each database of a node. One process at a time has them:
 * as long as this is open it holds the node's {@link NodeLock}, and looks every second whether it
 * still does. Once it does not, everything fails.
 */
public final class PostgresqlSite implements DatabaseSite {

  private static final Logger LOG = LoggerFactory.getLogger(PostgresqlSite.class);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final int LOOK_SECONDS = 10;

  /** How many looks at the lock come between two at how large the databases are. */
  private static final int LOOKS_PER_MEASURE = 5;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

  private final PostgresqlServer server;
  private final NodeLock lock;
  private final Connection session;
  private final Set<PostgresqlDatabase> open = ConcurrentHashMap.newKeySet();
  private final Thread watching;
  private final Object monitor = new Object();

  private final CountDownLatch closing = new CountDownLatch(1);

  @GuardedBy("monitor")
  private @Nullable StorageFailure lost;

  @GuardedBy("monitor")
  private @Nullable StorageFailureListener listener;

  private PostgresqlSite(PostgresqlServer server, NodeLock lock, Connection session) {
    this.server = server;
    this.lock = lock;
    this.session = session;
    this.watching = new Thread(this::look, "holdfast-postgresql-lock");
    this.watching.setDaemon(true);
  }

  /**
   * Connects, makes sure that the server keeps what it is told, and takes the node's lock.
   *
   * @throws DatabaseRefused where a node cannot run so; the message says why and what to do
   */
  public static PostgresqlSite open(PostgresqlSettings settings, NodeId node) {
    PostgresqlServer server = new PostgresqlServer(settings, node);
    Connection session = connected(server);
    boolean opened = false;
    try {
      PostgresqlTerms.require(session, settings);
      String schemas = server.schema("").text();
      NodeLock lock = new NodeLock(schemas);
      if (!lock.take(session, settings.connectTimeout())) {
        throw new DatabaseRefused(
            "the schemas %s* of %s are in use by %s; expected: one process for each node; next: end the other one, or give this mesh a %s of its own"
                .formatted(
                    schemas,
                    settings.url(),
                    lock.holder(session),
                    PostgresqlSettings.SCHEMA_PREFIX));
      }
      PostgresqlSite site = new PostgresqlSite(server, lock, session);
      site.watching.start();
      opened = true;
      return site;
    } catch (SQLException e) {
      throw unusable(server, e);
    } finally {
      if (!opened) {
        closeQuietly(session);
      }
    }
  }

  private static Connection connected(PostgresqlServer server) {
    try {
      return server.connect();
    } catch (SQLException e) {
      throw unusable(server, e);
    }
  }

  private static DatabaseRefused unusable(PostgresqlServer server, SQLException e) {
    PostgresqlSettings settings = server.settings();
    return new DatabaseRefused(
        "%s = %s: cannot be used as user %s: %s; expected: a PostgreSQL server that lets this user in; next: see to the server, or correct holdfast.postgresql"
            .formatted(
                PostgresqlSettings.URL,
                settings.url(),
                settings.user(),
                PostgresqlServer.reason(e)),
        e);
  }

  PostgresqlServer server() {
    return server;
  }

  /** The server's process of the session that holds the node's lock. */
  int lockHolder() {
    return lock.holderPid();
  }

  /** A session that may write, and names every schema in full. */
  Connection writing() throws SQLException {
    return joined(server.connect());
  }

  /** A session that may write the tables of a schema. */
  Connection writing(SchemaName schema) throws SQLException {
    return joined(server.connect(schema));
  }

  private Connection joined(Connection connection) throws SQLException {
    boolean joined = false;
    try {
      lock.join(connection);
      joined = true;
      return connection;
    } finally {
      if (!joined) {
        connection.close();
      }
    }
  }

  void opened(PostgresqlDatabase database) {
    open.add(database);
  }

  void closed(PostgresqlDatabase database) {
    open.remove(database);
  }

  @Override
  public SchemaPlace place(String name) {
    return new SchemaPlace(this, name, server.schema(name));
  }

  @Override
  public void eraseOutside(String name) {
    place(name).erase();
  }

  @Override
  public void watch(StorageFailureListener told) {
    StorageFailure already;
    synchronized (monitor) {
      listener = told;
      already = lost;
    }
    if (already != null) {
      told.onStorageFailure(already);
    }
  }

  // ---- The thread that looks

  private void look() {
    int looks = 0;
    while (waited()) {
      try {
        if (!session.isValid(LOOK_SECONDS)) {
          throw new SQLException("the session that holds the node's lock has ended");
        }
        looks++;
        if (looks % LOOKS_PER_MEASURE == 0) {
          for (PostgresqlDatabase database : open) {
            measure(database);
          }
        }
      } catch (SQLException e) {
        lose(e);
        return;
      }
    }
  }

  private void measure(PostgresqlDatabase database) throws SQLException {
    try {
      database.measure();
    } catch (SQLException e) {
      if (open.contains(database)) {
        throw e; // not since it was closed meanwhile
      }
    }
  }

  /** Whether it is time to look again; not once it is closed. */
  private boolean waited() {
    try {
      return !closing.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      lose(new SQLException("interrupted, which has no meaning here", e));
      return false;
    }
  }

  private void lose(SQLException cause) {
    StorageFailure failure =
        new StorageFailure("holding the lock of the schemas of this node", cause);
    StorageFailureListener told;
    synchronized (monitor) {
      if (closing.getCount() == 0) {
        return;
      }
      lost = failure;
      told = listener;
    }
    if (told != null) {
      told.onStorageFailure(failure);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      watching.join(CLOSE_WAIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeQuietly(session);
  }

  private static void closeQuietly(Connection session) {
    try {
      session.close();
    } catch (SQLException e) {
      LOG.debug("closing a session", e); // the server ends it by itself
    }
  }
}
