package io.holdfast.acceptor.store;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps two processes from writing the schemas of one node, by advisory locks of sessions.
 *
 * <p>One session holds the node's lock for the life of the process. That alone would leave a gap:
 * were that session lost, another process could begin while this one still writes by others, and
 * does not know yet. So each session that writes holds a second lock, shared with the others of its
 * process, and who begins waits until nobody holds that (NoWriterOutlivesItsLock).
 */
final class NodeLock {

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  private static final String HELD =
      " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
          + " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database ="
          + " (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
          + " AND ((l.classid::bigint << 32) | l.objid::bigint) IN (?, ?)";
  private static final String HOLDER = "SELECT a.application_name, a.pid" + HELD + " LIMIT 1";
  private static final String HELD_BY =
      "SELECT 1" + HELD + " AND l.mode = 'ExclusiveLock' AND a.pid = ?";

  private final long process;
  private final long writers;
  private volatile int holder;

  /**
   * @param node what all schemas of the node begin with
   */
  NodeLock(String node) {
    ByteBuffer digest = ByteBuffer.wrap(SchemaName.sha256("holdfast node " + node));
    this.process = digest.getLong();
    this.writers = digest.getLong();
  }

  /**
   * Has {@code session} hold the node's lock, once no session that writes is left of the process
   * before.
   *
   * @param patience for how long another process may still hold either
   * @return whether it does
   */
  boolean take(Connection session, Duration patience) throws SQLException {
    long until = System.nanoTime() + patience.toNanos();
    boolean processIsOurs = false;
    while (true) {
      processIsOurs = processIsOurs || tried(session, "pg_try_advisory_lock", process);
      if (processIsOurs && tried(session, "pg_try_advisory_lock", writers)) {
        if (!tried(session, "pg_advisory_unlock", writers)) {
          throw new SQLException("a lock that was taken could not be given back");
        }
        holder = processOf(session);
        return true;
      }
      if (System.nanoTime() - until > 0) {
        return false;
      }
      pause();
    }
  }

  private static int processOf(Connection session) throws SQLException {
    try (PreparedStatement query = session.prepareStatement("SELECT pg_catalog.pg_backend_pid()");
        ResultSet row = query.executeQuery()) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static void pause() throws SQLException {
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a lock", e);
    }
  }

  /** Who holds it, in words. */
  String holder(Connection session) throws SQLException {
    try (PreparedStatement query = session.prepareStatement(HOLDER)) {
      query.setLong(1, process);
      query.setLong(2, writers);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? "'%s', process %d of the server".formatted(row.getString(1), row.getLong(2))
            : "a process that has just ended";
      }
    }
  }

  /**
   * Has a session hold what says that this process writes by it. First that, then a look at whether
   * the node's lock is still ours: whoever gets that later waits for this session.
   */
  void join(Connection session) throws SQLException {
    if (!tried(session, "pg_try_advisory_lock_shared", writers) || !isStillOurs(session)) {
      throw new SQLException(
          "the lock on the node's schemas was lost: another process may have begun with them");
    }
  }

  /** The server's process of the session that holds the node's lock. */
  int holderPid() {
    return holder;
  }

  private boolean isStillOurs(Connection session) throws SQLException {
    try (PreparedStatement query = session.prepareStatement(HELD_BY)) {
      query.setLong(1, process);
      query.setLong(2, process);
      query.setInt(3, holder);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private static boolean tried(Connection session, String function, long key) throws SQLException {
    try (PreparedStatement call =
        session.prepareStatement("SELECT pg_catalog." + function + "(?)")) {
      call.setLong(1, key);
      try (ResultSet row = call.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
