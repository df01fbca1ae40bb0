package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.HeldPlaces;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.SnapshotCodec;
import io.holdfast.sync.core.SnapshotRow;
import io.holdfast.sync.core.SnapshotRow.Kind;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.SyncCodec;
import io.holdfast.sync.core.WriteIdRecord;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;

/** The rows of a state that is all in memory, cut as those of a file are. */
final class HeldSnapshot implements SnapshotSource {

  private static final int ROW_BYTES = 4096;
  private static final int TOUCHED_BYTES = 64 << 10;

  /** What a change that is held takes in a row, at most: its gap and its checksum. */
  private static final int HELD_BYTES = Long.BYTES + Integer.BYTES;

  private static final int IDS_PER_ROW = 1000;

  private final int rowBytes;
  private final Queue<Counted> rows = new ArrayDeque<>();
  private long touchedRows;

  HeldSnapshot(
      int chunkBytes,
      long afterPlace,
      List<Change> changes,
      List<Touched> touched,
      long firstOrdinal,
      List<WriteIdRecord> writeIds,
      SortedMap<Long, ByteString> answers,
      List<Lease> leases,
      SortedMap<Long, ByteString> epochs,
      Collection<Reservation> reservations,
      SortedMap<PoolPlace, List<Exclusion>> exclusions) {
    this.rowBytes = Math.min(ROW_BYTES, chunkBytes);
    addHeld(
        changes.stream()
            .filter(change -> change.place() <= afterPlace)
            .map(HeldPlaces.Held::of)
            .toList(),
        afterPlace);
    addChanges(changes.stream().filter(change -> change.place() > afterPlace).toList());
    touched.forEach(this::addTouched);
    for (int from = 0; from < writeIds.size(); from += IDS_PER_ROW) {
      List<WriteIdRecord> row =
          writeIds.subList(from, Math.min(writeIds.size(), from + IDS_PER_ROW));
      add(Kind.WRITE_IDS, firstOrdinal + from, SyncCodec.encodeWriteIds(row), row.size());
    }
    answers.forEach((ordinal, bytes) -> add(Kind.ANSWER, ordinal, bytes, 1));
    TreeMap<Integer, List<Lease>> buckets = new TreeMap<>();
    for (Lease lease : leases) {
      buckets
          .computeIfAbsent(LeaseRows.numberOf(lease.number()), n -> new ArrayList<>())
          .add(lease);
    }
    buckets.forEach(
        (number, row) -> add(Kind.LEASES, number, StoreCodec.encodeLeases(row), row.size()));
    epochs.forEach((number, row) -> add(Kind.EPOCHS, number, row, 1));
    long reserved = 0;
    for (Reservation one : reservations) {
      add(Kind.RESERVATION, reserved++, StoreCodec.encodeReservation(one), 1);
    }
    long excluded = 0;
    for (Map.Entry<PoolPlace, List<Exclusion>> row : exclusions.entrySet()) {
      ByteString bytes = StoreCodec.encodeExclusions(row.getKey(), row.getValue());
      add(Kind.EXCLUSIONS, excluded++, bytes, 1);
    }
  }

  private void addHeld(List<HeldPlaces.Held> held, long afterPlace) {
    int inARow = Math.max(1, rowBytes / HELD_BYTES);
    long after = 0;
    for (int from = 0; after < afterPlace; from += inARow) {
      boolean last = from + inARow >= held.size();
      List<HeldPlaces.Held> row = held.subList(from, last ? held.size() : from + inARow);
      long upTo = last ? afterPlace : row.get(row.size() - 1).place();
      add(
          Kind.HELD_PLACES,
          upTo,
          SnapshotCodec.encodeHeld(new HeldPlaces(after, upTo, row)),
          row.size());
      after = upTo;
    }
  }

  private void addChanges(List<Change> changes) {
    List<LinkedChange> row = new ArrayList<>();
    int bytes = 0;
    for (Change change : changes) {
      if (!row.isEmpty() && bytes + change.bytes() > rowBytes) {
        addRow(row);
        row.clear();
        bytes = 0;
      }
      row.add(new LinkedChange(change, 0));
      bytes += change.bytes();
    }
    if (!row.isEmpty()) {
      addRow(row);
    }
  }

  private void addRow(List<LinkedChange> row) {
    add(Kind.CHANGES, row.get(0).change().place(), StoreCodec.encodeChanges(row), row.size());
  }

  private void addTouched(Touched touched) {
    List<ByteString> row = new ArrayList<>();
    int bytes = 0;
    for (ByteString key : touched.keys()) {
      row.add(key);
      bytes += key.size();
      if (bytes >= TOUCHED_BYTES) {
        addTouchedRow(touched.generation(), row);
        row.clear();
        bytes = 0;
      }
    }
    if (!row.isEmpty()) {
      addTouchedRow(touched.generation(), row);
    }
  }

  private void addTouchedRow(long generation, List<ByteString> keys) {
    ByteString bytes = StoreCodec.encodeTouched(new Touched(generation, keys));
    add(Kind.TOUCHED_KEYS, touchedRows++, bytes, keys.size());
  }

  private void add(Kind kind, long key, ByteString bytes, long units) {
    rows.add(new Counted(new SnapshotRow(kind, key, bytes), units));
  }

  /** How many rows of touched keys there are. */
  long touchedRows() {
    return touchedRows;
  }

  @Override
  public Optional<Counted> next() {
    return Optional.ofNullable(rows.poll());
  }

  @Override
  public void close() {
    rows.clear();
  }
}
