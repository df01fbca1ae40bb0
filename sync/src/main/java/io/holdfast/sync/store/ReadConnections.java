package io.holdfast.sync.store;

import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.acceptor.store.StorageFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * The connections through which a store is read beside its writer, a fixed number: further readers
 * wait. Each reading sees the store as of one moment, between two flushes.
 */
final class ReadConnections {

  private static final int COUNT = 3;

  /** What is done with a connection. */
  interface Reading<T> {
    T from(Reader reader) throws SQLException;
  }

  /** A connection with its statements. */
  static final class Reader {
    private final Connection connection;
    private final ChangeReader changes;
    private final PreparedStatement answer;

    private Reader(Connection connection, SqlDialect dialect) throws SQLException {
      this.connection = connection;
      dialect.readAsOfOneMoment(connection);
      this.changes = new ChangeReader(connection);
      this.answer =
          connection.prepareStatement("SELECT results, checksum FROM answer WHERE ordinal = ?");
    }

    ChangeReader changes() {
      return changes;
    }

    PreparedStatement answer() {
      return answer;
    }
  }

  private final Semaphore free = new Semaphore(COUNT);
  private final ConcurrentLinkedQueue<Reader> readers = new ConcurrentLinkedQueue<>();

  ReadConnections(NodeDatabase database) throws SQLException {
    for (int i = 0; i < COUNT; i++) {
      readers.add(new Reader(database.connectToRead(), database.dialect()));
    }
  }

  /**
   * Reads, once a connection is free.
   *
   * @param what is said where it fails
   * @throws StorageFailure when the database fails
   */
  <T> T read(String what, Reading<T> reading) {
    free.acquireUninterruptibly();
    Reader reader = Objects.requireNonNull(readers.poll());
    try {
      try {
        return reading.from(reader);
      } finally {
        reader.connection.rollback();
      }
    } catch (SQLException e) {
      throw new StorageFailure(what, e);
    } finally {
      readers.add(reader);
      free.release();
    }
  }
}
