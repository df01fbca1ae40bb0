package io.holdfast.mesh.actor;

import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.store.DirectoryCheck;
import io.holdfast.mesh.store.ExpectedStamp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * That the databases in a data directory are the ones that it last ran with. H2 takes an empty file
 * for a new database: an acceptor that started on one would have forgotten its promises.
 *
 * <p>Looked at before anything else of a node is started, so that a directory that cannot be used
 * is refused with nothing half-started.
 */
public final class KnownDatabases {

  private static final String SUFFIX = ".mv.db";

  private final DataDirectory directory;
  private final DurableFilePath disk;

  /**
   * @param directory whose databases
   * @param disk what they lie on
   */
  public KnownDatabases(DataDirectory directory, DurableFilePath disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * Opens each database, compares its stamp with what the directory remembers, and stamps it with
   * this boot; both are durable when this returns. A crash in between leaves a stamp newer than
   * remembered, which is right. So does a database that is refused after others were opened: what a
   * crash left in those is mended then.
   *
   * @param bases the files without their suffix
   */
  public void require(List<Path> bases) throws NodeStartException, DataDirectoryException {
    Map<String, Long> remembered = directory.databaseBoots();
    Map<String, Long> now = new TreeMap<>(remembered);
    for (Path base : bases) {
      ExpectedStamp expected = expected(remembered.getOrDefault(nameOf(base), 0L));
      if (expected.remembered() > 0 && !Files.exists(fileOf(base))) {
        throw refused(base, "is missing" + expected.knownAt());
      }
      stamp(base, expected);
      now.put(nameOf(base), directory.identity().bootCount());
    }
    directory.saveDatabaseBoots(now);
  }

  /** What was there is not to be missed at the next start; durable when this returns. */
  void forget(Path base) throws DataDirectoryException {
    Map<String, Long> now = new TreeMap<>(directory.databaseBoots());
    now.remove(nameOf(base));
    directory.saveDatabaseBoots(now);
  }

  private ExpectedStamp expected(long remembered) {
    NodeIdentity self = directory.identity();
    return new ExpectedStamp(self.incarnation(), remembered, self.bootCount() - 1);
  }

  private void stamp(Path base, ExpectedStamp expected) throws NodeStartException {
    try (DurableDatabase database = DurableDatabase.open(base, disk)) {
      Optional<String> flaw = expected.flawOf(BootStamp.in(database));
      if (flaw.isPresent()) {
        throw refused(base, flaw.get());
      }
      stampOf(directory.identity()).putInto(database);
    } catch (StorageFailure | SQLException e) {
      throw new NodeStartException(
          fileOf(base)
              + " cannot be used: "
              + RootCause.of(e)
              + "; expected: the file as this node left it; next: check the disk and its free"
              + " space; if the file is damaged, "
              + mended(base),
          e);
    }
  }

  /** What the databases of a boot are stamped with. */
  static BootStamp stampOf(NodeIdentity self) {
    return new BootStamp(self.incarnation(), self.bootCount());
  }

  /** What helps where a database is broken: a store can be had from a peer, promises cannot. */
  private String mended(Path base) {
    return (DatabaseNames.groupOf(nameOf(base)).isPresent()
            ? DirectoryCheck.repair(directory.path()) + "; or "
            : "")
        + "put the newest copy of the whole directory in its place, or go on without this node";
  }

  private NodeStartException refused(Path base, String found) {
    return new NodeStartException(
        fileOf(base)
            + " "
            + found
            + ": what it promised or stored since may be lost; expected: the files as this node"
            + " left them, all of one time; next: "
            + mended(base),
        new IllegalStateException(found));
  }

  private static Path fileOf(Path base) {
    return base.resolveSibling(nameOf(base) + SUFFIX);
  }

  private static String nameOf(Path base) {
    return String.valueOf(base.getFileName());
  }
}
