package io.holdfast.sync.store;

import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.DatabaseSite;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FileSite;
import io.holdfast.acceptor.store.PostgresqlProcess;
import io.holdfast.acceptor.store.PostgresqlSite;
import io.holdfast.config.core.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A place for a store in a database of either kind, of a test's own. */
final class StoreMedium implements AutoCloseable {

  private static final String NAME = "store";

  private final Path directory;
  private final DatabaseSite site;

  private StoreMedium(Path directory, DatabaseSite site) {
    this.directory = directory;
    this.site = site;
  }

  /** In a file. */
  static StoreMedium file() {
    Path directory = directory();
    return new StoreMedium(directory, new FileSite(directory, new DurableFilePath()));
  }

  /** In a schema; or the test is skipped, where there is no server. */
  static StoreMedium schema() {
    DatabaseSite site =
        PostgresqlSite.open(PostgresqlProcess.shared().settings(), new NodeId("n1"));
    return new StoreMedium(directory(), site);
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("replica-store");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the store is. */
  DatabasePlace place() {
    return site.place(NAME);
  }

  /** After the store was closed. */
  @Override
  public void close() {
    site.eraseOutside(NAME);
    site.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
