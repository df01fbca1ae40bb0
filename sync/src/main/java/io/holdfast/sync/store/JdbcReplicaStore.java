package io.holdfast.sync.store;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.acceptor.store.DurableCommit;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.FilePlace;
import io.holdfast.acceptor.store.NodeDatabase;
import io.holdfast.acceptor.store.SqlDialect;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.core.UnreadableBytes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A store in a database of its own: one transaction a flush.
 *
 * <p>Changes are appended in the order of their places, a few kibibytes a row (docs/adr/0012): rows
 * of random keys would stand on as many pages, each of which a flush would have to write anew. One
 * connection writes; reads go through a few others, each as of one moment.
 */
public final class JdbcReplicaStore implements ReplicaStore {

  private static final long RECLAIM_EVERY_BYTES = 1 << 20;
  private static final int VALUES_AT_A_TIME = 256;

  /** Steps of reclaiming that are made after the last of collecting, at most. */
  private static final int MAX_OWED_RECLAIMS = 64;

  private final NodeDatabase database;
  private final Connection connection;
  private final ReadConnections readers;
  private final ChangeReader changeReader;
  private final ChangeWriter changeWriter;
  private final WriteIdRows writeIds;
  private final LeaseRows leases;
  private final EpochRows epochs;
  private final Optional<ReservationRows> reservations;
  private final TouchedRows touched;
  private final HistoryCollector collector;
  private final StateRow stateRow;
  private volatile StoredProgress state;
  private long bytesSinceReclaim;
  private int owedReclaims;

  private JdbcReplicaStore(NodeDatabase database, Connection connection, ReplicaSchema.Found found)
      throws SQLException {
    this.database = database;
    this.connection = connection;
    this.state = StateRow.read(connection);
    this.readers = new ReadConnections(database);
    this.changeReader = new ChangeReader(connection);
    this.changeWriter = new ChangeWriter(connection);
    SqlDialect dialect = database.dialect();
    this.writeIds = new WriteIdRows(connection, dialect);
    this.leases = new LeaseRows(connection, dialect);
    this.epochs = found.hasEpochs() ? EpochRows.read(connection, dialect) : EpochRows.none();
    this.reservations =
        found.hasReservations() ? Optional.of(new ReservationRows(connection)) : Optional.empty();
    this.touched = new TouchedRows(connection, state);
    this.collector = new HistoryCollector(changeReader, changeWriter, state);
    this.stateRow = new StateRow(connection);
  }

  /**
   * Opens the store, and creates it where absent. What a crash left of putting a received store in
   * its place is ended first, and what that one replaced goes once this one is open.
   *
   * @param fileBase the database file without its suffix
   * @param terms the group's; must be what they were when the store was made, since they decide
   *     outcomes
   * @throws UnsupportedStore when the store is of another version or of other terms
   * @throws DamagedStore when rows are missing, or not what was written
   * @throws StorageFailure when it cannot be opened
   */
  public static JdbcReplicaStore open(Path fileBase, StateTerms terms) {
    return open(fileBase, terms, new DurableFilePath());
  }

  /** The same on another file system, which must be as durable. */
  public static JdbcReplicaStore open(Path fileBase, StateTerms terms, DurableFilePath fileSystem) {
    return open(new FilePlace(fileBase, fileSystem), terms);
  }

  /** The same of a database at {@code place}. */
  public static JdbcReplicaStore open(DatabasePlace place, StateTerms terms) {
    StoreInstallation installation = StoreInstallation.of(place);
    installation.recover();
    NodeDatabase database = place.open();
    boolean opened = false;
    try {
      Connection connection = database.connect();
      connection.setAutoCommit(false);
      ReplicaSchema.ensure(connection, database.dialect(), terms);
      JdbcReplicaStore store =
          new JdbcReplicaStore(database, connection, ReplicaSchema.require(connection));
      connection.rollback();
      StateTerms stored = store.state.header().terms();
      if (!stored.equals(terms)) {
        throw new UnsupportedStore("made for %s, not for %s".formatted(stored, terms));
      }
      installation.forgetReplaced();
      opened = true;
      return store;
    } catch (SQLException e) {
      throw new StorageFailure("opening the store " + place, e);
    } finally {
      if (!opened) {
        close(database);
      }
    }
  }

  /**
   * Opens a store that is there, to look at it: nothing is written to its file, and only {@link
   * #load}, reads and {@link #close} may be called.
   *
   * @param database its database, open to be read only; closed with the store
   * @throws UnsupportedStore when the store is of another version
   * @throws DamagedStore when its state is missing, or not what was written
   * @throws StorageFailure when it cannot be read
   */
  public static JdbcReplicaStore openReadOnly(NodeDatabase database) {
    try {
      Connection connection = database.connect();
      connection.setAutoCommit(false);
      return new JdbcReplicaStore(database, connection, ReplicaSchema.require(connection));
    } catch (SQLException e) {
      throw new StorageFailure("reading the store " + database.place(), e);
    }
  }

  @Override
  public RestoredState load() {
    try {
      RestoredState.Builder builder = RestoredState.builder(state.header());
      loadChanges(builder);
      touched.load(builder);
      loadValues(builder);
      writeIds.load(state.header().firstWriteOrdinal(), builder);
      leases.all().forEach(builder::lease);
      builder.control(epochs.load());
      if (reservations.isPresent()) {
        loadReservations(builder);
      }
      return builder.build();
    } catch (IllegalArgumentException | UnreadableBytes e) {
      throw new DamagedStore(String.valueOf(e.getMessage()), e);
    } catch (SQLException e) {
      throw new StorageFailure("loading the store", e);
    } finally {
      endReading();
    }
  }

  private void loadReservations(RestoredState.Builder builder) throws SQLException {
    ReservationReader reader = new ReservationReader(connection);
    Optional<ReservationReader.Reserved> one = reader.nextReservation();
    while (one.isPresent()) {
      builder.reservation(one.get().reservation());
      one = reader.nextReservation();
    }
    Optional<ReservationReader.Excluded> row = reader.nextExclusions();
    while (row.isPresent()) {
      builder.exclusions(row.get().place(), row.get().exclusions());
      row = reader.nextExclusions();
    }
  }

  private void loadChanges(RestoredState.Builder builder) throws SQLException {
    long found = 0;
    List<ChangeRow> rows = changeReader.after(-1, Long.MAX_VALUE);
    while (!rows.isEmpty()) {
      for (ChangeRow row : rows) {
        row.changes().forEach(linked -> builder.change(linked.change()));
        found += row.changes().size();
      }
      rows = changeReader.after(rows.get(rows.size() - 1).key(), Long.MAX_VALUE);
    }
    if (found != state.changeCount()) {
      throw new DamagedStore(found + " changes where the state counts " + state.changeCount());
    }
  }

  private void loadValues(RestoredState.Builder builder) throws SQLException {
    TreeSet<Long> some = new TreeSet<>();
    for (long place : new TreeSet<>(builder.wanted())) {
      some.add(place);
      if (some.size() == VALUES_AT_A_TIME) {
        loadValues(some, builder);
        some.clear();
      }
    }
    loadValues(some, builder);
  }

  private void loadValues(SortedSet<Long> places, RestoredState.Builder builder)
      throws SQLException {
    for (LinkedChange linked : changeReader.find(places).values()) {
      builder.value(linked.change());
    }
  }

  private void endReading() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new StorageFailure("reading the store", e);
    }
  }

  @Override
  public void flush(ReplicaDelta delta) {
    StoredProgress before = state;
    DeltaOrder.check(before.header(), before.lastPlace(), delta);
    try {
      List<Change> changes = delta.changes();
      bytesSinceReclaim += changeWriter.append(changes);
      bytesSinceReclaim += writeIds.append(delta);
      bytesSinceReclaim += leases.apply(delta);
      bytesSinceReclaim += epochs.apply(delta);
      // Only a store that is opened to be looked at may be of a version without them.
      bytesSinceReclaim += reservations.orElseThrow().apply(delta);
      bytesSinceReclaim += touched.append(delta);
      StoredProgress after =
          new StoredProgress(
              delta.after(),
              changes.isEmpty() ? before.lastPlace() : changes.get(changes.size() - 1).place(),
              before.collected(),
              before.changeCount() + changes.size(),
              touched.first(),
              touched.next(),
              before.installedAt());
      commit(after);
      reclaimIfDue();
    } catch (SQLException e) {
      throw new StorageFailure("flushing slot " + delta.after().applied(), e);
    }
  }

  private void commit(StoredProgress after) throws SQLException {
    stateRow.update(after);
    DurableCommit.of(connection);
    state = after;
  }

  private void reclaimIfDue() throws SQLException {
    if (bytesSinceReclaim >= RECLAIM_EVERY_BYTES) {
      bytesSinceReclaim = 0;
      boolean unused = database.reclaim();
    }
  }

  @Override
  public List<Optional<Change>> read(List<Long> places) {
    Map<Long, LinkedChange> found =
        readers.read("reading", reader -> reader.changes().find(new TreeSet<>(places)));
    List<Optional<Change>> changes = new ArrayList<>(places.size());
    for (long place : places) {
      changes.add(Optional.ofNullable(found.get(place)).map(LinkedChange::change));
    }
    return changes;
  }

  @Override
  public List<Optional<Change>> readAt(List<Long> heads, long revision) {
    return readers.read(
        "reading at revision " + revision,
        reader -> HistoryWalk.readAt(reader.changes(), heads, revision));
  }

  @Override
  public List<Change> changes(long from, long to, int maxChanges, long maxBytes) {
    if (maxChanges < 1) {
      throw new IllegalArgumentException("at most " + maxChanges + " changes: must be 1 or more");
    }
    return readers.read(
        "reading changes", reader -> reader.changes().changes(from, to, maxChanges, maxBytes));
  }

  @Override
  public Optional<Detailed> answer(long ordinal) {
    if (ordinal < state.header().firstWriteOrdinal()) {
      return Optional.empty();
    }
    return readers.read(
        "reading an answer", reader -> WriteIdRows.readAnswer(reader.answer(), ordinal));
  }

  @Override
  public boolean collect() {
    StoredProgress before = state;
    try {
      if (!collector.isDue(before)) {
        owedReclaims = owedReclaims > 0 && database.reclaim() ? owedReclaims - 1 : 0;
        return owedReclaims > 0;
      }
      StoredProgress after = collector.step(before);
      if (after.equals(before)) {
        connection.rollback();
      } else {
        commit(after);
        bytesSinceReclaim += RECLAIM_EVERY_BYTES;
        owedReclaims = Math.min(MAX_OWED_RECLAIMS, owedReclaims + 1);
        reclaimIfDue();
      }
      return collector.isDue(after) || owedReclaims > 0;
    } catch (SQLException e) {
      throw new StorageFailure("collecting compacted history", e);
    }
  }

  @Override
  public SnapshotReading snapshot(long afterPlace) {
    return snapshot(afterPlace, SnapshotReading.CHUNK_BYTES);
  }

  /** The same in chunks of another size. */
  public SnapshotReading snapshot(long afterPlace, int chunkBytes) {
    return StoredSnapshot.open(database, afterPlace, chunkBytes);
  }

  @Override
  public Slot installedAt() {
    return state.installedAt();
  }

  @Override
  public long storedBytes() {
    return database.storedBytes();
  }

  @Override
  public void close() {
    close(database);
  }

  private static void close(NodeDatabase database) {
    try {
      database.close();
    } catch (SQLException e) {
      throw new StorageFailure("closing the store", e);
    }
  }
}
