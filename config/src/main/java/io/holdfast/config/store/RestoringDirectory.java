package io.holdfast.config.store;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.Origins;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.store.DataDirectoryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A data directory that is being made of a backup, for a founder of a new mesh. From its first file
 * on it has a mark, which goes last: whatever stands in it before may not be all, and no node
 * starts on it. It has one boot, in which nothing was promised and nobody was met.
 */
public final class RestoringDirectory implements AutoCloseable {

  private final Path directory;
  private final DirectoryLock lock;
  private final StoredIdentity identity;

  private RestoringDirectory(Path directory, DirectoryLock lock, StoredIdentity identity) {
    this.directory = directory;
    this.lock = lock;
    this.identity = identity;
  }

  /**
   * Begins. What an earlier attempt left is taken away.
   *
   * @param directory an empty directory, or one of which a restore did not end; made if there is
   *     none
   * @param meshId the new mesh
   * @param node the founder
   * @param from what is restored, for people
   * @throws DataDirectoryException LOCKED if it is in use; FOREIGN if there is anything in it, and
   *     no mark of a restore that did not end; READ_ONLY if it cannot be made or written; IO if the
   *     disk fails
   */
  public static RestoringDirectory begin(Path directory, String meshId, NodeId node, String from)
      throws DataDirectoryException {
    if (!GroupId.isValid(meshId)) {
      throw new IllegalArgumentException("mesh id '" + meshId + "': allowed " + GroupId.ALLOWED);
    }
    DataDirectory.create(directory);
    DirectoryLock lock = DirectoryLock.take(directory, DataDirectory.lockFile(directory));
    boolean begun = false;
    try {
      requireNothing(directory);
      DataDirectory.restoringFile(directory).write(ByteString.copyFromUtf8(from));
      clear(directory);
      SecureRandom random = new SecureRandom();
      StoredIdentity identity =
          new StoredIdentity(
                  meshId,
                  node,
                  DataDirectory.nonZero(random::nextLong),
                  0,
                  0,
                  List.of(),
                  Clock.systemUTC().millis())
              .nextBoot(random.nextLong());
      DataDirectory.identityFile(directory).write(identity.toBody());
      DataDirectory.peersFile(directory).write(LedgerForm.toBody(PeerLedger.EMPTY));
      begun = true;
      return new RestoringDirectory(directory, lock, identity);
    } finally {
      if (!begun) {
        DataDirectory.closeAfterRefusal(directory, lock);
      }
    }
  }

  private static void requireNothing(Path directory) throws DataDirectoryException {
    List<String> names =
        DataDirectory.othersThan(
            directory,
            Set.of(
                DataDirectory.LOCK,
                String.valueOf(DataDirectory.restoringFile(directory).temporary().getFileName()),
                "lost+found"));
    if (!names.isEmpty() && !isMarked(directory)) {
      throw new DataDirectoryException(
          Kind.FOREIGN,
          directory
              + " holds "
              + String.join(", ", names)
              + "; expected: an empty directory, or none: a restore replaces nothing; next: name"
              + " another --data-dir");
    }
  }

  /** Whether a restore did not end here: any file may have the name of its mark. */
  private static boolean isMarked(Path directory) throws DataDirectoryException {
    SealedFile mark = DataDirectory.restoringFile(directory);
    try {
      return mark.exists() && !mark.read(ByteString::toStringUtf8).isEmpty();
    } catch (DataDirectoryException e) {
      if (e.kind() == Kind.DAMAGED) {
        return false;
      }
      throw e;
    }
  }

  /** All but the lock and the mark; the mark says that this is nobody's. */
  private static void clear(Path directory) throws DataDirectoryException {
    Set<String> kept =
        Set.of(
            DataDirectory.LOCK,
            String.valueOf(DataDirectory.restoringFile(directory).path().getFileName()),
            "lost+found");
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        if (!kept.contains(String.valueOf(entry.getFileName()))) {
          Files.delete(entry);
        }
      }
      SealedFile.syncDirectory(directory);
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory, e);
    }
  }

  /** The member that this makes of the founder. */
  public MemberId member() {
    return identity.toIdentity().member();
  }

  /** The one boot that it has; a database in it has its stamp. */
  public long boot() {
    return identity.bootCount();
  }

  /** A database of it, without the suffix of its file. */
  public Path database(String name) {
    return directory.resolve(name);
  }

  /**
   * All is there. When this returns, a node may start on it.
   *
   * @param databases the databases that were put into it
   * @param origins what its groups begin with
   */
  public void finish(List<String> databases, Origins origins) throws DataDirectoryException {
    DataDirectory.databasesFile(directory)
        .write(
            DataDirectory.databasesBody(
                databases.stream().collect(Collectors.toMap(name -> name, name -> boot()))));
    DataDirectory.originsFile(directory).write(ByteString.copyFromUtf8(origins.text()));
    try {
      Files.delete(DataDirectory.restoringFile(directory).path());
      SealedFile.syncDirectory(directory);
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory, e);
    }
  }

  /** Lets go of it. Unless it was finished, no node starts on it. */
  @Override
  public void close() throws DataDirectoryException {
    try {
      lock.close();
    } catch (IOException e) {
      throw SealedFile.writeFailed(directory, e);
    }
  }
}
