package io.holdfast.acceptor.store;

import io.holdfast.config.core.NodeId;
import java.nio.file.Path;
import java.sql.SQLException;

/** A database of either kind, which can be closed and opened again. */
final class TestDatabase implements AutoCloseable {

  /** What it lies on. */
  enum Medium {
    FILE,
    POSTGRESQL
  }

  private final DatabaseSite site;
  private NodeDatabase database;

  private TestDatabase(DatabaseSite site) {
    this.site = site;
    this.database = site.place("journal").open();
  }

  /** Makes one; or the test is skipped, where it needs a server and there is none. */
  static TestDatabase open(Medium medium, Path directory) {
    return new TestDatabase(
        medium == Medium.FILE
            ? new FileSite(directory, new DurableFilePath())
            : PostgresqlSite.open(PostgresqlProcess.shared().settings(), new NodeId("n1")));
  }

  NodeDatabase get() {
    return database;
  }

  void reopen() throws SQLException {
    database.close();
    database = site.place("journal").open();
  }

  @Override
  public void close() throws SQLException {
    database.close();
    site.eraseOutside("journal");
    site.close();
  }
}
