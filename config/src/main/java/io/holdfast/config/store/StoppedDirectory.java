package io.holdfast.config.store;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeSettings;
import io.holdfast.config.core.StoreKind;
import io.holdfast.config.store.DataDirectoryException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A data directory on which no node runs, to look at: but for the lock nothing in it is written, no
 * boot is counted, and no node can be started on it meanwhile.
 */
public final class StoppedDirectory implements AutoCloseable {

  private final Path directory;
  private final DirectoryLock lock;
  private final StoredIdentity identity;

  private StoppedDirectory(Path directory, DirectoryLock lock, StoredIdentity identity) {
    this.directory = directory;
    this.lock = lock;
    this.identity = identity;
  }

  /**
   * Takes hold of a directory.
   *
   * @throws DataDirectoryException LOCKED if a node runs on it; DAMAGED if it is no data directory,
   *     or its identity is not what was written, or newer; FOREIGN if its databases are no files;
   *     IO if the disk fails
   */
  public static StoppedDirectory open(Path directory) throws DataDirectoryException {
    SealedFile file = DataDirectory.identityFile(directory);
    if (!file.exists()) {
      throw new DataDirectoryException(
          Kind.DAMAGED,
          directory
              + " is no data directory: it has no identity; expected: what holdfast.node.data-dir"
              + " names, such as holdfast-data/n1/data");
    }
    DirectoryLock lock = DirectoryLock.take(directory, DataDirectory.lockFile(directory));
    boolean opened = false;
    try {
      requireFiles(directory);
      StoppedDirectory stopped =
          new StoppedDirectory(directory, lock, file.read(StoredIdentity::read));
      opened = true;
      return stopped;
    } finally {
      if (!opened) {
        DataDirectory.closeAfterRefusal(directory, lock);
      }
    }
  }

  /** What lies in a server has tools of its own. */
  private static void requireFiles(Path directory) throws DataDirectoryException {
    if (DataDirectory.markedStore(directory).equals(Optional.of(StoreKind.POSTGRESQL))) {
      throw new DataDirectoryException(
          Kind.FOREIGN,
          "%s keeps its databases in PostgreSQL, and this is for %s = %s; expected: a directory with database files; next: PostgreSQL's own tools: pg_amcheck and pg_checksums find damage, a replica that is broken is had anew by replacing the node"
              .formatted(directory, NodeSettings.STORE, StoreKind.H2));
    }
  }

  /** Whose it is. */
  public NodeId node() {
    return identity.node();
  }

  /** Of which mesh. */
  public String meshId() {
    return identity.meshId();
  }

  /** What tells this directory from any other of the same node. */
  public long incarnation() {
    return identity.incarnation();
  }

  /** How often it was started on. */
  public long bootCount() {
    return identity.bootCount();
  }

  /**
   * What else in it is not what was written, or forbids a start; absent where all is well.
   *
   * @throws DataDirectoryException IO if the disk fails
   */
  public Optional<String> problem() throws DataDirectoryException {
    try {
      DataDirectory.refuseHalfRestored(directory);
      DataDirectory.refuseCondemned(directory);
      databaseBoots();
      DataDirectory.origins(directory);
      return Optional.empty();
    } catch (DataDirectoryException e) {
      if (e.kind() == Kind.IO) {
        throw e;
      }
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * By which boot each database was last opened, by the name of its file without the suffix.
   *
   * @throws DataDirectoryException DAMAGED if that, or the ledger beside it, is not what was
   *     written or is missing; IO if the disk fails
   */
  public Map<String, Long> databaseBoots() throws DataDirectoryException {
    return DataDirectory.databaseBoots(directory, DataDirectory.ledger(directory, identity));
  }

  /** What clients call the group with this log, as far as this directory knows. */
  public GroupId nameOf(GroupId log) {
    try {
      return DataDirectory.ledger(directory, identity).directory().nameOf(log).orElse(log);
    } catch (DataDirectoryException e) {
      return log; // its ledger is broken, which is said elsewhere
    }
  }

  /** Where it is. */
  public Path path() {
    return directory;
  }

  /** A database of it, without the suffix of its file. */
  public Path database(String name) {
    return directory.resolve(name);
  }

  /** Lets go of it. */
  @Override
  public void close() throws DataDirectoryException {
    try {
      lock.close();
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory, e);
    }
  }
}
