package io.holdfast.acceptor.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PostgresqlSettings;
import io.holdfast.config.core.ServerMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

  /** How many looks at the lock come between two at what the server has become. */
  private static final int LOOKS_PER_TERMS = 5;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

  private final PostgresqlServer server;
  private final NodeLock lock;
  private final Connection session;
  private final Set<PostgresqlDatabase> open = ConcurrentHashMap.newKeySet();
  private final SchemaSizes sizes;
  private final Thread watching;
  private final Object monitor = new Object();

  private final CountDownLatch closing = new CountDownLatch(1);

  @GuardedBy("monitor")
  private @Nullable StorageFailure lost;

  @GuardedBy("monitor")
  private @Nullable StorageFailureListener listener;

  /** As of the start. */
  private final ServerMark mark;

  private volatile Consumer<ServerMark> marks = newer -> {};

  private PostgresqlSite(
      PostgresqlServer server, NodeLock lock, Connection session, ServerMark mark) {
    this.server = server;
    this.lock = lock;
    this.session = session;
    this.mark = mark;
    this.sizes = new SchemaSizes(server, open);
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
      ServerMark mark = server.mark(session);
      session.setNetworkTimeout(Runnable::run, (int) longestLook(settings).toMillis());
      PostgresqlSite site = new PostgresqlSite(server, lock, session, mark);
      site.watching.start();
      site.sizes.start();
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

  private static Duration longestLook(PostgresqlSettings settings) {
    return settings.socketTimeout().compareTo(LONGEST_LOOK) < 0
        ? settings.socketTimeout()
        : LONGEST_LOOK;
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

  /** The schemas on the server that are this node's, by their names. */
  List<SchemaName> ofNode() throws SQLException {
    Optional<String> pattern = server.patternOfNode();
    if (pattern.isEmpty()) {
      return List.of();
    }
    try (Connection connection = server.connect()) {
      return SchemaPlace.like(connection, pattern.get()).stream().filter(server::isOfNode).toList();
    }
  }

  @Override
  public boolean eraseOutside(String name) {
    return place(name).erase();
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

  @Override
  public Optional<ServerMark> mark() {
    return Optional.of(mark);
  }

  @Override
  public void followMark(Consumer<ServerMark> told) {
    marks = told;
  }

  // ---- The thread that looks

  private void look() {
    int looks = 0;
    ServerMark told = mark;
    int seconds = (int) Math.max(1, longestLook(server.settings()).toSeconds());
    try {
      while (waited()) {
        if (!session.isValid(seconds)) {
          throw new SQLException("the session that holds the node's lock has ended");
        }
        looks++;
        if (looks % LOOKS_PER_TERMS == 0) {
          PostgresqlTerms.requireDurable(session, server.settings());
          ServerMark now = server.mark(session);
          if (!now.equals(told)) {
            marks.accept(now);
            told = now;
          }
        }
      }
    } catch (Throwable e) {
      // Errors too: nobody would look any more.
      lose(e);
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

  private void lose(Throwable cause) {
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
    try {
      if (told != null) {
        told.onStorageFailure(failure); // before writers fail for no reason of their own
      }
    } finally {
      open.forEach(PostgresqlDatabase::abandon);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    sizes.close();
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
