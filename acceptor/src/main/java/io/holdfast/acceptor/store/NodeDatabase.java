package io.holdfast.acceptor.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;

/**
 * An open database of a node. When {@link Connection#commit()} of one of its connections has
 * returned, what it wrote is durable; when that has thrown, what it wrote is unknown, and the owner
 * must stop using the database.
 *
 * <p>Thread-safe. A connection is for one thread at a time. One process has it open.
 */
public interface NodeDatabase extends AutoCloseable {

  /** What it is told in. */
  SqlDialect dialect();

  /** Where it is, for people. */
  String place();

  /** A new connection that may write, in auto-commit mode as JDBC has it. */
  Connection connect() throws SQLException;

  /**
   * A connection to read by, in auto-commit mode. There may be few: who reads now and then gives it
   * back by closing it.
   */
  Connection connectToRead() throws SQLException;

  /**
   * The room that it takes, in bytes; on a server as of a few seconds ago, 0 while that cannot be
   * told.
   *
   * @throws StorageFailure if that cannot be told
   */
  long storedBytes();

  /** Synchronous writes to its medium since the process started, where this process makes them. */
  OptionalLong synchronousWrites();

  /**
   * One bounded step of making the room of deleted rows usable again, where the owner has to see to
   * that. To be called by the thread that writes, between its transactions, about once per few
   * mebibytes written.
   *
   * @return whether anything was done
   */
  boolean reclaim() throws SQLException;

  /** Closes it and every connection to it. What was committed is durable already. */
  @Override
  void close() throws SQLException;
}
