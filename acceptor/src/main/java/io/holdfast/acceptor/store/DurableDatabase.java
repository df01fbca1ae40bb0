package io.holdfast.acceptor.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** An embedded H2 file database whose commits are written when {@code commit()} returns. */
public final class DurableDatabase implements AutoCloseable {

  private final Path file;
  private final JdbcDataSource dataSource;
  private final Connection keeper;

  private DurableDatabase(Path file, JdbcDataSource dataSource, Connection keeper) {
    this.file = file;
    this.dataSource = dataSource;
    this.keeper = keeper;
  }

  /** Opens the database, and creates it and its directory where absent. */
  public static DurableDatabase open(Path fileBase) {
    Path base = fileBase.toAbsolutePath().normalize();
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL("jdbc:h2:file:" + base + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
    dataSource.setUser("");
    dataSource.setPassword("");
    try {
      Path directory = base.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      return new DurableDatabase(
          base.resolveSibling(base.getFileName() + ".mv.db"),
          dataSource,
          dataSource.getConnection());
    } catch (IOException | SQLException e) {
      throw new StorageFailure("opening the database " + base, e);
    }
  }

  /** Makes plain connections. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** A new connection, in auto-commit mode as JDBC has it. */
  public Connection connect() throws SQLException {
    return dataSource.getConnection();
  }

  /** The size of the file in bytes. */
  public long fileBytes() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("size of " + file, e);
    }
  }

  /** One bounded step of housekeeping; whether it did anything. */
  public boolean reclaim() {
    return false;
  }

  @Override
  public void close() throws SQLException {
    if (!keeper.isClosed()) {
      try (Statement statement = keeper.createStatement()) {
        statement.execute("SHUTDOWN");
      }
    }
  }
}
