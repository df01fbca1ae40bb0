package io.holdfast.mesh.store;

import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.AcceptorEvent;
import io.holdfast.acceptor.core.AcceptorLimits;
import io.holdfast.acceptor.core.AcceptorSnapshot;
import io.holdfast.acceptor.core.JournalCodec;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.EventJournal.SnapshotBounds;
import io.holdfast.acceptor.store.JdbcEventJournal;
import io.holdfast.acceptor.store.JournalRow;
import io.holdfast.acceptor.store.SnapshotRow;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.StoppedDirectory;
import io.holdfast.mesh.actor.RootCause;
import io.holdfast.mesh.store.CheckedDirectory.CheckedFile;
import io.holdfast.mesh.store.CheckedDirectory.CheckedReplica;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.store.JdbcReplicaStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads everything in the data directory of a node that does not run, and says what is not as it
 * was written. It writes nothing but who holds the lock.
 *
 * <p>Every chunk of every database is compared with its checksum, every row of a store with its
 * own, and the acceptor's journal is replayed as at a start.
 */
public final class DirectoryCheck {

  private static final String STORE = "store-";
  private static final String JOURNAL = "journal";
  private static final SnapshotBounds ANY =
      new SnapshotBounds(0, Long.MAX_VALUE, 0, Long.MAX_VALUE);

  /** Nothing is asked of the acceptor that is replayed, so it need keep nothing for others. */
  private static final AcceptorLimits REPLAY =
      new AcceptorLimits(Integer.MAX_VALUE, 0, Long.MAX_VALUE, 1);

  private final StoppedDirectory directory;
  private final List<CheckedFile> files = new ArrayList<>();
  private final List<CheckedReplica> replicas = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private DirectoryCheck(StoppedDirectory directory) {
    this.directory = directory;
  }

  /**
   * Checks a directory.
   *
   * @throws DataDirectoryException LOCKED if a node runs on it; DAMAGED if it is no data directory,
   *     or has no readable identity; IO if the disk fails
   * @throws IOException if a file cannot be read
   */
  public static CheckedDirectory of(Path path) throws DataDirectoryException, IOException {
    try (StoppedDirectory directory = StoppedDirectory.open(path)) {
      return new DirectoryCheck(directory).check();
    }
  }

  private CheckedDirectory check() throws DataDirectoryException, IOException {
    Optional<String> problem = directory.problem();
    problem.ifPresent(problems::add);
    if (problem.isEmpty()) {
      Map<String, Long> boots = new TreeMap<>(directory.databaseBoots());
      Map<String, Stored> stored = new TreeMap<>();
      for (Map.Entry<String, Long> database : boots.entrySet()) {
        if (database.getKey().startsWith(STORE)) {
          String group = database.getKey().substring(STORE.length());
          look(database, opened -> stored.put(group, Stored.in(opened)));
        }
      }
      for (Map.Entry<String, Long> database : boots.entrySet()) {
        if (database.getKey().equals(JOURNAL)) {
          look(database, opened -> replay(opened, stored));
        }
      }
    }
    return new CheckedDirectory(
        directory.node().value(),
        directory.meshId(),
        directory.bootCount(),
        files,
        replicas,
        problems);
  }

  private interface Look {
    void into(DurableDatabase database) throws SQLException;
  }

  private void look(Map.Entry<String, Long> known, Look inside) throws IOException {
    Path base = directory.database(known.getKey());
    Path file = DurableDatabase.fileOf(base);
    if (!Files.exists(file)) {
      problems.add(
          "%s is missing, though this node used it at boot %d; next: put the newest copy of the whole directory in its place, or go on without this node"
              .formatted(file, known.getValue()));
      return;
    }
    files.add(new CheckedFile(String.valueOf(file.getFileName()), Files.size(file)));
    if (DurableDatabase.isLastCommitTorn(base)) {
      problems.add(
          "%s: its last commit is not whole, as a power cut leaves one that was never acknowledged; next: start the node, which undoes it, and check again once it is stopped"
              .formatted(file));
      return;
    }
    try (DurableDatabase database = DurableDatabase.openReadOnly(base)) {
      for (String damage : database.damagedChunks()) {
        problems.add(broken(file, damage));
      }
      compare(file, BootStamp.readIn(database), known.getValue());
      inside.into(database);
    } catch (SQLException | RuntimeException e) { // whatever comes of reading broken bytes
      problems.add(broken(file, RootCause.of(e)));
    }
  }

  private static String broken(Path file, String what) {
    return "%s: %s; next: put the newest copy of the whole directory in its place, or go on without this node"
        .formatted(file, what);
  }

  private void compare(Path file, Optional<BootStamp> stamp, long remembered) {
    long incarnation = stamp.map(BootStamp::incarnation).orElse(0L);
    long boot = stamp.map(BootStamp::boot).orElse(0L);
    if (incarnation != directory.incarnation()) {
      problems.add(broken(file, "it belongs to another data directory"));
    } else if (boot < remembered) {
      problems.add(
          broken(
              file,
              "it was last opened at boot %d, though this node used it at boot %d"
                  .formatted(boot, remembered)));
    }
  }

  /** What a journal is held against: its store's header, and the snapshot that it grew from. */
  private record Stored(StateHeader header, Slot installedAt) {
    static Stored in(DurableDatabase database) {
      try (JdbcReplicaStore store = JdbcReplicaStore.openReadOnly(database)) {
        return new Stored(store.load().header(), store.installedAt());
      }
    }
  }

  private void replay(DurableDatabase database, Map<String, Stored> stored) throws SQLException {
    try (JdbcEventJournal journal = JdbcEventJournal.openReadOnly(database)) {
      for (Map.Entry<String, Stored> group : stored.entrySet()) {
        StateHeader header = group.getValue().header();
        Slot installedAt = group.getValue().installedAt();
        AcceptorCore acceptor =
            replay(
                journal,
                AcceptorActor.persistenceId(new GroupId(group.getKey())),
                header.applied(),
                installedAt);
        Slot reached = Slot.max(acceptor.highestSlot(), installedAt);
        if (!header.applied().isAtMost(reached)) {
          problems.add(
              broken(
                  database.file(),
                  "it ends at slot %s of group %s, of which the store beside it holds all up to %s: it was cut, or is of an earlier time"
                      .formatted(reached, group.getKey(), header.applied())));
        }
        replicas.add(
            new CheckedReplica(
                group.getKey(),
                header.applied().number(),
                header.chainHash().toString(),
                acceptor.sequenceNumber()));
      }
    }
  }

  private static AcceptorCore replay(
      JdbcEventJournal journal, String id, Slot durable, Slot installedAt) throws SQLException {
    Optional<AcceptorSnapshot> snapshot = Optional.empty();
    Optional<SnapshotRow> row = journal.latestSnapshot(id, ANY);
    if (row.isPresent()) {
      snapshot = Optional.of(snapshotOf(row.get()));
    }
    AcceptorCore acceptor = AcceptorCore.recovering(REPLAY, snapshot, durable);
    journal.read(
        id,
        acceptor.sequenceNumber() + 1,
        Long.MAX_VALUE,
        event -> acceptor.recover(event.sequenceNumber(), eventOf(event)));
    var unused = acceptor.start(Set.of(), installedAt); // nothing is carried out here
    return acceptor;
  }

  private static AcceptorSnapshot snapshotOf(SnapshotRow row) {
    try {
      return JournalCodec.snapshot(row.snapshot().bytes());
    } catch (MalformedMessage e) {
      throw new StorageFailure("the acceptor's snapshot " + row.sequenceNumber(), e);
    }
  }

  private static AcceptorEvent eventOf(JournalRow row) {
    try {
      return JournalCodec.event(row.event().bytes());
    } catch (MalformedMessage e) {
      throw new StorageFailure("the acceptor's event " + row.sequenceNumber(), e);
    }
  }
}
