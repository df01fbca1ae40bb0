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
import io.holdfast.mesh.store.CheckedDirectory.BrokenStore;
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

  private static final String GO_ON_WITHOUT =
      "put the newest copy of the whole directory in its place, or go on without this node: its"
          + " promises cannot be had from others";

  /** Where nothing is known of a store: all that the journal holds may be let go. */
  private static final Slot UNKNOWN = new Slot(Long.MAX_VALUE);

  private static final SnapshotBounds ANY =
      new SnapshotBounds(0, Long.MAX_VALUE, 0, Long.MAX_VALUE);

  /** Nothing is asked of the acceptor that is replayed, so it need keep nothing for others. */
  private static final AcceptorLimits REPLAY =
      new AcceptorLimits(Integer.MAX_VALUE, 0, Long.MAX_VALUE, 1);

  private final StoppedDirectory directory;
  private final List<CheckedFile> files = new ArrayList<>();
  private final List<CheckedReplica> replicas = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Slot> brokenStores = new TreeMap<>();
  private final List<String> beyondRepair = new ArrayList<>();

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
      return of(directory);
    }
  }

  /** The same of a directory that the caller has hold of. */
  public static CheckedDirectory of(StoppedDirectory directory)
      throws DataDirectoryException, IOException {
    return new DirectoryCheck(directory).check();
  }

  private CheckedDirectory check() throws DataDirectoryException, IOException {
    Optional<String> problem = directory.problem();
    problem.ifPresent(this::beyondRepair);
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
        problems,
        brokenStores.entrySet().stream()
            .map(store -> new BrokenStore(store.getKey(), store.getValue().number()))
            .toList(),
        beyondRepair);
  }

  private void beyondRepair(String problem) {
    problems.add(problem);
    beyondRepair.add(problem);
  }

  /** Something is wrong with a database. */
  private void broken(String database, Path file, String what) {
    if (database.startsWith(STORE)) {
      brokenStores.putIfAbsent(database.substring(STORE.length()), Slot.ZERO);
      problems.add("%s: %s; next: %s".formatted(file, what, repair(directory.path())));
    } else {
      beyondRepair("%s: %s; next: %s".formatted(file, what, GO_ON_WITHOUT));
    }
  }

  /** What mends a store, in words. */
  public static String repair(Path directory) {
    return "'holdfast repair --dir %s --from HOST:PORT', which puts the state of a running peer in its place"
        .formatted(directory);
  }

  private interface Look {
    void into(DurableDatabase database) throws SQLException;
  }

  private void look(Map.Entry<String, Long> known, Look inside) throws IOException {
    Path base = directory.database(known.getKey());
    Path file = DurableDatabase.fileOf(base);
    if (!Files.exists(file)) {
      broken(
          known.getKey(),
          file,
          "is missing, though this node used it at boot %d".formatted(known.getValue()));
      return;
    }
    files.add(new CheckedFile(String.valueOf(file.getFileName()), Files.size(file)));
    if (DurableDatabase.isLastCommitTorn(base)) {
      problems.add(
          "%s: its last commit is not whole, as a power cut leaves one that was never acknowledged; next: start the node, which undoes it, and check again once it is stopped"
              .formatted(file));
      if (known.getKey().startsWith(STORE)) {
        // A start need not be able to: the journal may leave to the store what was undone.
        brokenStores.put(known.getKey().substring(STORE.length()), Slot.ZERO);
      }
      return;
    }
    try (DurableDatabase database = DurableDatabase.openReadOnly(base)) {
      for (String damage : database.damagedChunks()) {
        broken(known.getKey(), file, damage);
      }
      compare(known, file, BootStamp.readIn(database));
      inside.into(database);
    } catch (SQLException | RuntimeException e) { // whatever comes of reading broken bytes
      broken(known.getKey(), file, RootCause.of(e));
    }
  }

  private void compare(Map.Entry<String, Long> known, Path file, Optional<BootStamp> stamp) {
    long remembered = known.getValue();
    long incarnation = stamp.map(BootStamp::incarnation).orElse(0L);
    long boot = stamp.map(BootStamp::boot).orElse(0L);
    if (incarnation != directory.incarnation()) {
      broken(known.getKey(), file, "it belongs to another data directory");
    } else if (boot < remembered) {
      broken(
          known.getKey(),
          file,
          "it was last opened at boot %d, though this node used it at boot %d"
              .formatted(boot, remembered));
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
      for (String group : List.copyOf(brokenStores.keySet())) {
        if (!stored.containsKey(group)) {
          brokenStores.put(group, replay(journal, group, UNKNOWN).leftToStore());
        }
      }
      for (Map.Entry<String, Stored> group : stored.entrySet()) {
        compare(
            database.file(),
            group.getKey(),
            group.getValue(),
            replay(journal, group.getKey(), group.getValue().header().applied()));
      }
    }
  }

  private void compare(Path journal, String group, Stored stored, AcceptorCore acceptor) {
    Slot applied = stored.header().applied();
    Slot left = acceptor.leftToStore();
    if (!left.isAtMost(applied)) {
      // StoreNotBehindJournal
      broken(
          STORE + group,
          DurableDatabase.fileOf(directory.database(STORE + group)),
          "it holds slots up to %s, and the journal beside it leaves those up to %s to it: it is of an earlier time"
              .formatted(applied, left));
    }
    brokenStores.computeIfPresent(group, (name, unknown) -> left);
    Slot reached = Slot.max(acceptor.highestSlot(), stored.installedAt());
    if (!applied.isAtMost(reached)) {
      broken(
          JOURNAL,
          journal,
          "it ends at slot %s of group %s, of which the store beside it holds all up to %s: it was cut, or is of an earlier time"
              .formatted(reached, group, applied));
    }
    replicas.add(
        new CheckedReplica(
            group,
            applied.number(),
            stored.header().chainHash().toString(),
            acceptor.sequenceNumber()));
  }

  private static AcceptorCore replay(JdbcEventJournal journal, String group, Slot durable)
      throws SQLException {
    String id = AcceptorActor.persistenceId(new GroupId(group));
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
