package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult.Detailed;
import io.holdfast.sync.core.ControlRows;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReceivedRow;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.RestoredState;
import io.holdfast.sync.core.SnapshotContent;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.StoreCodec;
import io.holdfast.sync.core.StoredProgress;
import io.holdfast.sync.core.WriteIdRecord;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ValueKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store whose medium is this object, for simulation and tests: it survives what the object
 * survives, such as a simulated crash of the replica. Every method holds its lock.
 */
public final class InMemoryReplicaStore implements ReplicaStore {

  /** Changes that one step of collecting treats. */
  private static final int COLLECTED_AT_A_TIME = 256;

  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final ArrayDeque<WriteIdRecord> writeIds = new ArrayDeque<>();
  private final TreeMap<Long, ByteString> answers = new TreeMap<>();
  private final TreeMap<Long, Lease> leases = new TreeMap<>();
  private final TreeMap<Long, ByteString> epochs = new TreeMap<>();
  private final TreeMap<ValueKey, Reservation> reservations = new TreeMap<>();
  private final TreeMap<PoolPlace, List<Exclusion>> exclusions = new TreeMap<>();
  private final ArrayDeque<Touched> touched = new ArrayDeque<>();
  private StateHeader header;
  private long lastPlace;
  private long collected;
  private Slot installedAt = Slot.ZERO;

  /**
   * @param terms the group's
   */
  public InMemoryReplicaStore(StateTerms terms) {
    this.header = StateHeader.empty(terms);
  }

  /** One in the state that a snapshot is of; its rows are still to come. */
  InMemoryReplicaStore(StoredProgress state) {
    this.header = state.header();
    this.lastPlace = state.lastPlace();
    this.collected = state.collected();
    this.installedAt = state.header().applied();
  }

  /** Takes over the changes that another one has received. */
  synchronized void takeChanges(SortedMap<Long, Change> received) {
    changes.putAll(received);
  }

  /** Takes a row of a snapshot that holds something else than changes. */
  synchronized void take(ReceivedRow row) {
    if (row instanceof ReceivedRow.TouchedKeys keys) {
      touched.addLast(keys.touched());
    } else if (row instanceof ReceivedRow.WriteIds ids) {
      // The first row may begin below the window.
      long skipped = Math.max(0, header.firstWriteOrdinal() - ids.firstOrdinal());
      ids.records().stream().skip(skipped).forEach(writeIds::addLast);
    } else if (row instanceof ReceivedRow.Answer answer) {
      answers.put(answer.ordinal(), answer.bytes());
    } else if (row instanceof ReceivedRow.Leases bucket) {
      bucket.leases().forEach(lease -> leases.put(lease.number(), lease));
    } else if (row instanceof ReceivedRow.Epochs epoch) {
      epochs.put(epoch.number(), epoch.bytes());
    } else if (row instanceof ReceivedRow.Reserved one) {
      reservations.put(one.reservation().valueKey(), one.reservation());
    } else if (row instanceof ReceivedRow.Excluded excluded) {
      exclusions.put(excluded.place(), excluded.exclusions());
    }
  }

  @Override
  public SnapshotReading snapshot(long afterPlace) {
    return snapshot(afterPlace, SnapshotReading.CHUNK_BYTES);
  }

  /** The same in chunks, and rows, of another size. */
  public synchronized SnapshotReading snapshot(long afterPlace, int chunkBytes) {
    long after = afterPlace <= lastPlace ? afterPlace : 0;
    HeldSnapshot rows =
        new HeldSnapshot(
            chunkBytes,
            after,
            List.copyOf(changes.values()),
            List.copyOf(touched),
            header.firstWriteOrdinal(),
            List.copyOf(writeIds),
            new TreeMap<>(answers),
            List.copyOf(leases.values()),
            new TreeMap<>(epochs),
            List.copyOf(reservations.values()),
            new TreeMap<>(exclusions));
    StoredProgress state =
        new StoredProgress(
            header, lastPlace, collected, changes.size(), 0, rows.touchedRows(), installedAt);
    return new ChunkedReading(
        new SnapshotContent.Head(state, after, storedBytes()), rows, chunkBytes);
  }

  /** What the medium returns from now on is not what was written: its chain hash is another one. */
  public synchronized void replaceChainHash(Digest other) {
    header = header.with(other);
  }

  /** Where it is, and its chain hash. */
  public synchronized StateHeader header() {
    return header;
  }

  @Override
  public synchronized Slot installedAt() {
    return installedAt;
  }

  @Override
  public synchronized RestoredState load() {
    RestoredState.Builder builder = RestoredState.builder(header);
    changes.values().forEach(builder::change);
    touched.forEach(row -> row.keys().forEach(key -> builder.touched(row.generation(), key)));
    for (long place : builder.wanted()) {
      find(place).ifPresent(builder::value);
    }
    writeIds.forEach(builder::writeId);
    leases.values().forEach(builder::lease);
    builder.control(ControlRows.read(epochs));
    reservations.values().forEach(builder::reservation);
    exclusions.forEach(builder::exclusions);
    return builder.build();
  }

  @Override
  public synchronized void flush(ReplicaDelta delta) {
    DeltaOrder.check(header, lastPlace, delta);
    for (Change change : delta.changes()) {
      changes.put(change.place(), change);
      lastPlace = change.place();
    }
    StateHeader after = delta.after();
    long ordinal = delta.firstAddedOrdinal();
    for (WriteIdRecord record : delta.addedWriteIds()) {
      writeIds.addLast(WriteIdRows.withoutResults(record));
      long at = ordinal++;
      WriteIdRows.answerOf(record).ifPresent(bytes -> answers.put(at, bytes));
    }
    while (writeIds.size() > after.nextWriteOrdinal() - after.firstWriteOrdinal()) {
      writeIds.removeFirst();
    }
    answers.headMap(after.firstWriteOrdinal()).clear();
    delta.leasesPut().forEach(lease -> leases.put(lease.number(), lease));
    delta.leasesEnded().forEach(leases::remove);
    touched.addAll(delta.touched());
    while (!touched.isEmpty() && touched.peekFirst().generation() < after.generation() - 1) {
      touched.removeFirst();
    }
    delta
        .control()
        .ifPresent(
            control -> {
              epochs.clear();
              epochs.putAll(ControlRows.of(control));
            });
    delta.reservations().ended().forEach(reservations::remove);
    delta.reservations().put().forEach(one -> reservations.put(one.valueKey(), one));
    exclusions.putAll(delta.reservations().exclusions());
    exclusions.values().removeIf(List::isEmpty);
    header = after;
  }

  private Optional<Change> find(long place) {
    return Optional.ofNullable(changes.get(place));
  }

  @Override
  public synchronized List<Optional<Change>> read(List<Long> places) {
    return places.stream().map(this::find).toList();
  }

  @Override
  public synchronized List<Optional<Change>> readAt(List<Long> heads, long revision) {
    List<Optional<Change>> found = new ArrayList<>(heads.size());
    for (long head : heads) {
      @Nullable Change change = changes.get(head);
      while (change != null && change.modRevision() > revision) {
        change = changes.get(change.previous());
      }
      found.add(Optional.ofNullable(change));
    }
    return found;
  }

  @Override
  public synchronized List<Change> changes(long from, long to, int maxChanges, long maxBytes) {
    if (maxChanges < 1) {
      throw new IllegalArgumentException("at most " + maxChanges + " changes: must be 1 or more");
    }
    List<Change> found = new ArrayList<>();
    long bytes = 0;
    for (Change change : changes.tailMap(from, true).values()) {
      boolean full = found.size() == maxChanges || bytes + change.bytes() > maxBytes;
      if (change.place() > to || (full && !found.isEmpty())) {
        break;
      }
      found.add(change);
      bytes += change.bytes();
    }
    return found;
  }

  @Override
  public synchronized Optional<Detailed> answer(long ordinal) {
    return Optional.ofNullable(answers.get(ordinal)).map(StoreCodec::decodeAnswer);
  }

  /** Treats changes in the order of their places: what is older of their keys is gone by then. */
  @Override
  public synchronized boolean collect() {
    long limit = header.compacted() == 0 ? 0 : Place.last(header.compacted());
    int treated = 0;
    while (collected < limit && treated < COLLECTED_AT_A_TIME) {
      Map.@Nullable Entry<Long, Change> next = changes.higherEntry(collected);
      if (next == null || next.getKey() > limit) {
        collected = limit;
        break;
      }
      Change change = next.getValue();
      changes.remove(change.previous());
      if (change.isDelete()) {
        changes.remove(change.place());
      }
      collected = change.place();
      treated++;
    }
    return collected < limit;
  }

  @Override
  public synchronized long storedBytes() {
    return changes.values().stream().mapToLong(Change::bytes).sum();
  }

  @Override
  public void close() {
    // The medium is this object: nothing to give free.
  }
}
