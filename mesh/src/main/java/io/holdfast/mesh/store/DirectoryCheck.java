package io.holdfast.mesh.store;

import io.holdfast.acceptor.core.AcceptorCore;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.BootStamp;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.JdbcEventJournal;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.store.DataDirectoryException;
import io.holdfast.config.store.DatabaseNames;
import io.holdfast.config.store.StoppedDirectory;
import io.holdfast.mesh.actor.RootCause;
import io.holdfast.mesh.store.CheckedDirectory.BrokenStore;
import io.holdfast.mesh.store.CheckedDirectory.CheckedFile;
import io.holdfast.mesh.store.CheckedDirectory.CheckedReplica;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.store.DivergenceMark;
import io.holdfast.sync.store.JdbcReplicaStore;
import io.holdfast.sync.store.StoreInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads everything in the data directory of a node that does not run, and says what is not as it
 * was written. It writes nothing but who holds the lock.
 *
 * <p>Every chunk of every database is compared with its checksum, every row of a store with its
 * own, and the acceptor's journal is replayed as at a start.
 */
public final class DirectoryCheck {

  private static final String GO_ON_WITHOUT =
      "put the newest copy of the whole directory in its place, or go on without this node: its"
          + " promises cannot be had from others";

  /** Where nothing is known of a store: all that the journal holds may be let go. */
  private static final Slot UNKNOWN = new Slot(Long.MAX_VALUE);

  private final StoppedDirectory directory;
  private final List<CheckedFile> files = new ArrayList<>();
  private final List<CheckedReplica> replicas = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<GroupId, Slot> brokenStores = new TreeMap<>();
  private final List<String> beyondRepair = new ArrayList<>();
  private final Map<GroupId, Stored> stored = new TreeMap<>();
  private boolean journalTorn;

  private DirectoryCheck(StoppedDirectory directory) {
    this.directory = directory;
  }

  /**
   * Checks a directory.
   *
   * @throws DataDirectoryException LOCKED if a node runs on it; DAMAGED if it is no data directory,
   *     or has no readable identity; IO if the disk fails
   */
  public static CheckedDirectory of(Path path) throws DataDirectoryException {
    try (StoppedDirectory directory = StoppedDirectory.open(path)) {
      return of(directory);
    }
  }

  /** The same of a directory that the caller has hold of. */
  public static CheckedDirectory of(StoppedDirectory directory) throws DataDirectoryException {
    return new DirectoryCheck(directory).check();
  }

  private CheckedDirectory check() throws DataDirectoryException {
    Optional<String> problem = directory.problem();
    problem.ifPresent(this::beyondRepair);
    if (problem.isEmpty()) {
      Map<String, Long> databases = databases();
      for (Map.Entry<String, Long> database : databases.entrySet()) {
        DatabaseNames.groupOf(database.getKey()).ifPresent(group -> store(database, group));
      }
      // Last: it is held against the stores.
      for (Map.Entry<String, Long> database : databases.entrySet()) {
        if (database.getKey().equals(DatabaseNames.JOURNAL)) {
          look(database, this::replay);
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
            .map(
                store ->
                    new BrokenStore(
                        directory.nameOf(store.getKey()).value(),
                        store.getKey().value(),
                        store.getValue().number()))
            .toList(),
        beyondRepair,
        journalTorn);
  }

  /** Those that the directory remembers, and those that are there, which it need not. */
  private Map<String, Long> databases() throws DataDirectoryException {
    Map<String, Long> databases = new TreeMap<>(directory.databaseBoots());
    String suffix = String.valueOf(DurableDatabase.fileOf(Path.of("")).getFileName());
    try (Stream<Path> there = Files.list(directory.path())) {
      for (Path file : there.toList()) {
        String name = String.valueOf(file.getFileName());
        String base = name.substring(0, Math.max(0, name.length() - suffix.length()));
        boolean known =
            base.equals(DatabaseNames.JOURNAL) || DatabaseNames.groupOf(base).isPresent();
        if (name.endsWith(suffix) && known) {
          databases.putIfAbsent(base, 0L);
        }
      }
    } catch (IOException e) {
      beyondRepair("%s: it cannot be read: %s".formatted(directory.path(), RootCause.of(e)));
    }
    return databases;
  }

  private void beyondRepair(String problem) {
    problems.add(problem);
    beyondRepair.add(problem);
  }

  /** Something is wrong with a database. */
  private void broken(String database, Path file, String what) {
    Optional<GroupId> group = DatabaseNames.groupOf(database);
    if (group.isPresent()) {
      brokenStores.putIfAbsent(group.get(), Slot.ZERO);
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

  private void store(Map.Entry<String, Long> database, GroupId group) {
    Path base = directory.database(database.getKey());
    DivergenceMark mark = new DivergenceMark(base);
    try {
      mark.read();
    } catch (StorageFailure e) {
      broken(
          database.getKey(),
          mark.path(),
          "it cannot be read, so nobody knows whose state is right: " + RootCause.of(e));
    }
    try {
      if (StoreInstallation.of(new FilePlace(base, new DurableFilePath())).isInterrupted()) {
        problems.add(
            "%s: another store was being put in its place; next: start the node, which ends that"
                .formatted(DurableDatabase.fileOf(base)));
        return;
      }
    } catch (StorageFailure e) {
      broken(database.getKey(), DurableDatabase.fileOf(base), RootCause.of(e));
      return;
    }
    look(database, opened -> stored.put(group, Stored.in(opened)));
  }

  private interface Look {
    void into(DurableDatabase database) throws SQLException;
  }

  private void look(Map.Entry<String, Long> known, Look inside) {
    Path base = directory.database(known.getKey());
    Path file = DurableDatabase.fileOf(base);
    ExpectedStamp expected =
        new ExpectedStamp(directory.incarnation(), known.getValue(), directory.bootCount());
    if (!Files.exists(file)) {
      broken(known.getKey(), file, "is missing" + expected.knownAt());
      return;
    }
    try {
      files.add(new CheckedFile(String.valueOf(file.getFileName()), Files.size(file)));
      if (DurableDatabase.isLastCommitTorn(base)) {
        torn(known.getKey(), file);
        return;
      }
      read(known.getKey(), expected, inside);
    } catch (IOException | SQLException | RuntimeException e) { // whatever comes of broken bytes
      broken(known.getKey(), file, RootCause.of(e));
    }
  }

  private void torn(String database, Path file) {
    problems.add(
        "%s: its last commit is not whole, as a power cut leaves one that was never acknowledged; next: start the node, which undoes it, and check again once it is stopped"
            .formatted(file));
    // A start need not be able to: the journal may leave to a store what was undone.
    DatabaseNames.groupOf(database)
        .ifPresentOrElse(group -> brokenStores.put(group, Slot.ZERO), () -> journalTorn = true);
  }

  private void read(String name, ExpectedStamp expected, Look inside)
      throws IOException, SQLException {
    Path base = directory.database(name);
    try (DurableDatabase database = DurableDatabase.openReadOnly(base)) {
      for (String damage : database.damagedChunks()) {
        broken(name, database.file(), damage);
      }
      Optional<BootStamp> stamp = BootStamp.readIn(database);
      expected
          .flawOf(stamp)
          .ifPresent(flaw -> broken(name, DurableDatabase.fileOf(base), "it " + flaw));
      // One that no boot has finished making has nothing in it.
      if (stamp.isPresent() || expected.remembered() > 0) {
        inside.into(database);
      }
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

  private void replay(DurableDatabase database) throws SQLException {
    try (JdbcEventJournal journal = JdbcEventJournal.openReadOnly(database)) {
      for (GroupId group : List.copyOf(brokenStores.keySet())) {
        if (!stored.containsKey(group)) {
          brokenStores.put(group, JournalReplay.of(journal, group, UNKNOWN).leftToStore());
        }
      }
      for (Map.Entry<GroupId, Stored> group : stored.entrySet()) {
        compare(
            database.file(),
            group.getKey(),
            group.getValue(),
            JournalReplay.of(journal, group.getKey(), group.getValue().header().applied()));
      }
    }
  }

  private void compare(Path journal, GroupId group, Stored stored, AcceptorCore acceptor) {
    Slot applied = stored.header().applied();
    Slot left = acceptor.leftToStore();
    if (!left.isAtMost(applied)) {
      // StoreNotBehindJournal
      String name = DatabaseNames.store(group);
      broken(
          name,
          DurableDatabase.fileOf(directory.database(name)),
          "it holds slots up to %s, and the journal beside it leaves those up to %s to it: it is of an earlier time"
              .formatted(applied, left));
    }
    brokenStores.computeIfPresent(group, (name, unknown) -> left);
    Slot reached = Slot.max(acceptor.highestSlot(), stored.installedAt());
    if (!applied.isAtMost(reached)) {
      broken(
          DatabaseNames.JOURNAL,
          journal,
          "it ends at slot %s of group %s, of which the store beside it holds all up to %s: it was cut, or is of an earlier time"
              .formatted(reached, group, applied));
    }
    replicas.add(
        new CheckedReplica(
            directory.nameOf(group).value(),
            group.value(),
            applied.number(),
            stored.header().chainHash().toString(),
            acceptor.sequenceNumber(),
            left.number()));
  }
}
