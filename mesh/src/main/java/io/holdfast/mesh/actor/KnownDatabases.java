package io.holdfast.mesh.actor;

import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.mesh.NodeStartException;
import io.holdfast.mesh.store.DirectoryCheck;
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
  private static final String STORE = "store-";

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
   * remembered, which is right.
   *
   * @param bases the files without their suffix
   */
  public void require(List<Path> bases) throws NodeStartException, DataDirectoryException {
    Map<String, Long> remembered = directory.databaseBoots();
    for (Path base : bases) {
      long boot = remembered.getOrDefault(nameOf(base), 0L);
      if (boot > 0 && !Files.exists(fileOf(base))) {
        throw refused(base, "is missing", boot);
      }
    }
    Map<String, Long> now = new TreeMap<>(remembered);
    for (Path base : bases) {
      stamp(base, remembered.getOrDefault(nameOf(base), 0L));
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

  private void stamp(Path base, long remembered) throws NodeStartException {
    NodeIdentity self = directory.identity();
    try (DurableDatabase database = DurableDatabase.open(base, disk)) {
      compare(base, BootStamp.in(database), remembered);
      stampOf(self).putInto(database);
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

  private void compare(Path base, Optional<BootStamp> stamp, long remembered)
      throws NodeStartException {
    NodeIdentity self = directory.identity();
    if (stamp.isPresent() && stamp.get().incarnation() != self.incarnation()) {
      throw refused(base, "belongs to another data directory", remembered);
    }
    long found = stamp.map(BootStamp::boot).orElse(0L);
    if (found < remembered) {
      String what = found == 0 ? "was emptied" : "was last opened at boot " + found;
      throw refused(base, what, remembered);
    }
    if (found >= self.bootCount()) {
      throw refused(
          base,
          "was opened at boot " + found + ", but the identity beside it knows none so late",
          remembered);
    }
  }

  /** What helps where a database is broken: a store can be had from a peer, promises cannot. */
  private String mended(Path base) {
    return (nameOf(base).startsWith(STORE) ? DirectoryCheck.repair(directory.path()) + "; or " : "")
        + "put the newest copy of the whole directory in its place, or go on without this node";
  }

  private NodeStartException refused(Path base, String found, long remembered) {
    return new NodeStartException(
        fileOf(base)
            + " "
            + found
            + (remembered > 0 ? ", though this node used it at boot " + remembered : "")
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
