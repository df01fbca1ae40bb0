package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.acceptor.store.DurableDatabase;
import io.holdfast.acceptor.store.DurableFilePath;
import io.holdfast.acceptor.store.StorageFailure;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.sync.core.RecordSegment;
import io.holdfast.sync.core.ReplicaState;
import io.holdfast.sync.core.StoreDelta;
import io.holdfast.sync.core.StoredState;
import io.holdfast.sync.core.SyncCodec;
import io.holdfast.sync.core.WriteIdRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A store in an H2 file of its own: one transaction a flush.
 *
 * <p>Records are appended in segments ({@link SegmentIndex}), not kept a row each: rows of random
 * keys stand on as many pages, each of which a flush would have to write anew, some thirty times
 * what changed.
 *
 * <p>Write ids are appended in rows of up to 1000. A flush that adds few of them rewrites the last
 * row while that is short, so that many small flushes do not leave as many small rows.
 */
public final class JdbcRecordStore implements RecordStore {

  private static final int IDS_PER_ROW = 1000;
  private static final int SHORT_ROW_IDS = 128;
  private static final long RECLAIM_EVERY_BYTES = 1 << 20;

  /** The last row of write ids. */
  private record LastRow(long firstOrdinal, int count, ByteString bytes) {}

  private final DurableDatabase database;
  private final Connection connection;
  private final PreparedStatement putSegment;
  private final PreparedStatement dropSegments;
  private final PreparedStatement readSegment;
  private final PreparedStatement putWriteIds;
  private final PreparedStatement dropWriteIds;
  private final PreparedStatement updateState;
  private @Nullable SegmentIndex segments;
  private @Nullable LastRow lastRow;
  private long bytesSinceReclaim;

  private JdbcRecordStore(DurableDatabase database, Connection connection) throws SQLException {
    this.database = database;
    this.connection = connection;
    this.putSegment = connection.prepareStatement("INSERT INTO record_segment VALUES (?, ?, ?)");
    this.dropSegments = connection.prepareStatement("DELETE FROM record_segment WHERE number < ?");
    this.readSegment = connection.prepareStatement(StoredRows.SEGMENT);
    this.putWriteIds =
        connection.prepareStatement(
            "MERGE INTO write_id_segment KEY (first_ordinal) VALUES (?, ?, ?, ?)");
    this.dropWriteIds =
        connection.prepareStatement(
            "DELETE FROM write_id_segment WHERE first_ordinal < ? AND first_ordinal + id_count <="
                + " ?");
    this.updateState =
        connection.prepareStatement(
            "UPDATE replica_state SET applied_slot = ?, chain_hash = ?, revision = ?, record_count"
                + " = ?, first_write_ordinal = ?, next_write_ordinal = ?, horizon_millis = ?,"
                + " first_segment = ?, next_segment = ?, checksum = ? WHERE id = 1 AND applied_slot = ? AND write_id_window = ?");
  }

  /**
   * Opens the store and creates it where absent.
   *
   * @param fileBase the database file without its suffix
   * @param writeIdWindow how many write ids the group remembers; must be what it was when the store
   *     was made, since it decides outcomes
   * @throws UnsupportedStore when the store is of another version or window
   * @throws DamagedStore when its state row is not what was written
   * @throws StorageFailure when it cannot be opened
   */
  public static JdbcRecordStore open(Path fileBase, int writeIdWindow) {
    return open(fileBase, writeIdWindow, new DurableFilePath());
  }

  /** The same on another file system, which must be as durable. */
  public static JdbcRecordStore open(Path fileBase, int writeIdWindow, DurableFilePath fileSystem) {
    DurableDatabase database = DurableDatabase.open(fileBase, fileSystem);
    boolean opened = false;
    try {
      Connection connection = database.connect();
      connection.setAutoCommit(false);
      StoreSchema.ensure(connection);
      ReplicaState state = StoredRows.stateOrNew(connection, writeIdWindow).state();
      if (state.writeIdWindow() != writeIdWindow) {
        throw new UnsupportedStore(
            "made for a window of %d write ids, not %d"
                .formatted(state.writeIdWindow(), writeIdWindow));
      }
      JdbcRecordStore store = new JdbcRecordStore(database, connection);
      opened = true;
      return store;
    } catch (SQLException e) {
      throw new StorageFailure("opening the store " + fileBase, e);
    } finally {
      if (!opened) {
        close(database);
      }
    }
  }

  @Override
  public StoredState load() {
    try {
      SegmentIndex index = new SegmentIndex(StoredRows.state(connection).firstSegment());
      StoredState loaded = StoredRows.load(connection, index);
      segments = index;
      return loaded;
    } catch (SQLException e) {
      throw new StorageFailure("loading the store", e);
    }
  }

  @Override
  public void flush(StoreDelta delta) {
    SegmentIndex index = segments();
    try {
      SegmentIndex.Step step = index.plan(delta, this::segment);
      writeState(delta, step.first(), index.next() + step.added().size());
      writeSegments(step, index.next());
      @Nullable LastRow last = writeWriteIds(delta);
      connection.commit();
      index.done(step);
      lastRow = last;
      if (bytesSinceReclaim >= RECLAIM_EVERY_BYTES) {
        bytesSinceReclaim = 0;
        database.reclaim();
      }
    } catch (SQLException e) {
      throw new StorageFailure("flushing slot " + delta.after().applied(), e);
    }
  }

  /** A store that was not loaded yet has to look through its segments before it adds to them. */
  private SegmentIndex segments() {
    if (segments == null) {
      load();
    }
    return Objects.requireNonNull(segments);
  }

  private RecordSegment segment(long number) {
    try {
      return StoredRows.segment(readSegment, number);
    } catch (SQLException e) {
      throw new StorageFailure("reading the records of segment " + number, e);
    }
  }

  private void writeState(StoreDelta delta, long firstSegment, long nextSegment)
      throws SQLException {
    ReplicaState after = delta.after();
    updateState.setLong(1, after.applied().number());
    updateState.setBytes(2, after.chainHash().bytes().toByteArray());
    updateState.setLong(3, after.revision());
    updateState.setLong(4, after.recordCount());
    updateState.setLong(5, after.firstWriteOrdinal());
    updateState.setLong(6, after.nextWriteOrdinal());
    updateState.setLong(7, after.horizonMillis());
    updateState.setLong(8, firstSegment);
    updateState.setLong(9, nextSegment);
    updateState.setLong(10, RowChecksum.of(after, firstSegment, nextSegment));
    updateState.setLong(11, delta.before().number());
    updateState.setInt(12, after.writeIdWindow());
    if (updateState.executeUpdate() != 1) {
      connection.rollback();
      throw new InvariantViolation(
          "FlushInOrder",
          "a delta from slot %s onto a store at slot %s".formatted(delta.before(), storedSlot()));
    }
  }

  private Slot storedSlot() throws SQLException {
    return StoredRows.state(connection).state().applied();
  }

  private void writeSegments(SegmentIndex.Step step, long firstNumber) throws SQLException {
    long number = firstNumber;
    for (RecordSegment segment : step.added()) {
      ByteString bytes = segment.encode();
      putSegment.setLong(1, number);
      putSegment.setBytes(2, bytes.toByteArray());
      putSegment.setLong(3, RowChecksum.of(number, bytes));
      putSegment.addBatch();
      bytesSinceReclaim += bytes.size();
      number++;
    }
    if (!step.added().isEmpty()) {
      putSegment.executeBatch();
    }
    dropSegments.setLong(1, step.first());
    dropSegments.executeUpdate();
  }

  /** Appends the delta's ids and drops rows below the window; gives back the last row. */
  private @Nullable LastRow writeWriteIds(StoreDelta delta) throws SQLException {
    LastRow last = lastRow;
    List<WriteIdRecord> added = delta.addedWriteIds();
    int taken = 0;
    while (taken < added.size()) {
      long ordinal = delta.firstAddedOrdinal() + taken;
      boolean extend =
          last != null
              && last.count() < SHORT_ROW_IDS
              && last.firstOrdinal() + last.count() == ordinal;
      LastRow base = extend && last != null ? last : new LastRow(ordinal, 0, ByteString.EMPTY);
      int count = Math.min(IDS_PER_ROW - base.count(), added.size() - taken);
      // Protobuf: the encodings of two messages in a row are the encoding of both lists in a row.
      ByteString bytes =
          base.bytes().concat(SyncCodec.encodeWriteIds(added.subList(taken, taken + count)));
      last = new LastRow(base.firstOrdinal(), base.count() + count, bytes);
      putWriteIds.setLong(1, last.firstOrdinal());
      putWriteIds.setInt(2, last.count());
      putWriteIds.setBytes(3, bytes.toByteArray());
      putWriteIds.setLong(4, RowChecksum.of(last.firstOrdinal(), last.count(), bytes));
      putWriteIds.addBatch();
      bytesSinceReclaim += bytes.size();
      taken += count;
    }
    if (!added.isEmpty()) {
      putWriteIds.executeBatch();
    }
    dropWriteIds.setLong(1, delta.after().firstWriteOrdinal());
    dropWriteIds.setLong(2, delta.after().firstWriteOrdinal());
    dropWriteIds.executeUpdate();
    return last;
  }

  @Override
  public long storedBytes() {
    return database.fileBytes();
  }

  @Override
  public void close() {
    close(database);
  }

  private static void close(DurableDatabase database) {
    try {
      database.close();
    } catch (SQLException e) {
      throw new StorageFailure("closing the store", e);
    }
  }
}
