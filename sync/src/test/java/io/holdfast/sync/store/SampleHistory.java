package io.holdfast.sync.store;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.Commands;
import io.holdfast.sync.core.Lease;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.ReplicaDelta;
import io.holdfast.sync.core.ReplicaDelta.Touched;
import io.holdfast.sync.core.StateHeader;
import io.holdfast.sync.core.StateTerms;
import io.holdfast.sync.core.WriteIdRecord;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationChange;
import io.holdfast.sync.core.reservation.ReservationTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The deliberately dumb model of a replica's state: it knows every change ever made, and takes
 * deltas as a core would. A slot is a revision here.
 */
final class SampleHistory {

  static final StateTerms TERMS = new StateTerms(50, 10, 1 << 20);

  private final StateTerms terms;
  private final String chain;
  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final TreeMap<String, Change> newest = new TreeMap<>();
  private final TreeMap<Long, TreeSet<String>> touched = new TreeMap<>();
  private final List<WriteIdRecord> writes = new ArrayList<>();
  private final TreeMap<Long, Lease> leases = new TreeMap<>();
  private long revision;
  private long compacted;
  private long generation;
  private long firstWrite;
  private StateHeader taken;
  private final ReservationTable reservations = new ReservationTable();
  private final List<Change> newChanges = new ArrayList<>();
  private final TreeMap<Long, TreeSet<String>> newTouched = new TreeMap<>();
  private final TreeMap<Long, Lease> newLeases = new TreeMap<>();
  private final TreeSet<Long> endedLeases = new TreeSet<>();

  SampleHistory() {
    this(TERMS);
  }

  SampleHistory(StateTerms terms) {
    this(terms, "slot ");
  }

  /** One whose chain hashes differ from those of another {@code chain}. */
  SampleHistory(StateTerms terms, String chain) {
    this.terms = terms;
    this.chain = chain;
    this.taken = StateHeader.empty(terms);
  }

  /** The next revision puts or (null) deletes these keys; a delete of what is not there is none. */
  SampleHistory change(Map<String, @Nullable ByteString> entries) {
    revision++;
    int ordinal = 0;
    for (Map.Entry<String, @Nullable ByteString> entry : new TreeMap<>(entries).entrySet()) {
      String name = entry.getKey();
      ByteString value = entry.getValue();
      Change before = newest.get(name);
      boolean alive = before != null && !before.isDelete();
      touch(name);
      if (value == null && !alive) {
        continue;
      }
      long place = Place.of(revision, ordinal++);
      long previous = before == null ? 0 : before.place();
      ByteString key = Commands.bytes(name);
      Change change =
          value == null
              ? Change.delete(place, key, previous)
              : new Change(
                  place,
                  key,
                  value,
                  alive && before != null ? before.createRevision() : revision,
                  alive && before != null ? before.version() + 1 : 1,
                  0,
                  previous);
      changes.put(place, change);
      newest.put(name, change);
      newChanges.add(change);
    }
    return this;
  }

  SampleHistory put(String key, String value) {
    return change(Map.of(key, Commands.bytes(value)));
  }

  SampleHistory delete(String key) {
    TreeMap<String, @Nullable ByteString> entry = new TreeMap<>();
    entry.put(key, null);
    return change(entry);
  }

  private void touch(String key) {
    if (touched.computeIfAbsent(generation, g -> new TreeSet<>()).add(key)) {
      newTouched.computeIfAbsent(generation, g -> new TreeSet<>()).add(key);
    }
  }

  SampleHistory rotate() {
    generation++;
    return this;
  }

  SampleHistory compact(long to) {
    compacted = Math.max(compacted, Math.min(to, revision));
    return this;
  }

  SampleHistory write(CommandResult.Executed result) {
    long n = writes.size();
    writes.add(
        new WriteIdRecord(Commands.id(n), Digest.of(Commands.bytes("r" + n)), new Slot(1), result));
    firstWrite = Math.max(firstWrite, writes.size() - terms.writeIdWindow());
    return this;
  }

  SampleHistory lease(long number, long renewal) {
    Lease lease = new Lease(number, 1000, renewal);
    leases.put(number, lease);
    newLeases.put(number, lease);
    endedLeases.remove(number);
    return this;
  }

  SampleHistory endLease(long number) {
    leases.remove(number);
    newLeases.remove(number);
    endedLeases.add(number);
    return this;
  }

  /** A number of pool {@code ports} on host {@code h1}. */
  static Reservation reservation(long value, String path, String tag, long revision) {
    return new Reservation(
        "ports", "h1", value, "h1", path, tag, "project", "", "somebody", 5, 6, revision);
  }

  static Exclusion exclusion(long first, long last) {
    return new Exclusion(new Pool.Span(first, last), "taken");
  }

  SampleHistory reserve(Reservation one) {
    revision = Math.max(1, revision + 1);
    reservations.take(new ReservationChange.Put(one));
    return this;
  }

  SampleHistory release(Reservation one) {
    revision++;
    reservations.take(new ReservationChange.End(one));
    return this;
  }

  SampleHistory exclude(PoolPlace place, List<Exclusion> all) {
    revision++;
    reservations.take(new ReservationChange.Exclusions(place, all));
    return this;
  }

  ReservationTable reservations() {
    return reservations;
  }

  long revision() {
    return revision;
  }

  long compacted() {
    return compacted;
  }

  StateHeader header() {
    return new StateHeader(
            terms,
            new Slot(revision),
            Digest.of(Commands.bytes(chain + revision)),
            revision,
            compacted,
            newest.values().stream().filter(c -> !c.isDelete()).count(),
            leases.size(),
            firstWrite,
            writes.size(),
            3,
            generation,
            2,
            77)
        .withReservations(reservations.size(), reservations.exclusions().size());
  }

  ReplicaDelta takeDelta() {
    StateHeader after = header();
    long firstAdded = Math.max(taken.nextWriteOrdinal(), firstWrite);
    ReplicaDelta delta =
        new ReplicaDelta(
            taken.applied(),
            after,
            newChanges,
            newTouched.entrySet().stream()
                .filter(e -> e.getKey() >= generation - 1)
                .map(
                    e ->
                        new Touched(
                            e.getKey(), e.getValue().stream().map(Commands::bytes).toList()))
                .toList(),
            firstAdded,
            writes.subList((int) firstAdded, writes.size()),
            List.copyOf(newLeases.values()),
            List.copyOf(endedLeases),
            Optional.empty(),
            reservations.takeDelta());
    newChanges.clear();
    newTouched.clear();
    newLeases.clear();
    endedLeases.clear();
    taken = after;
    return delta;
  }

  List<Change> all() {
    return List.copyOf(changes.values());
  }

  Map<String, Change> newest() {
    return newest;
  }

  List<Lease> leases() {
    return List.copyOf(leases.values());
  }

  List<WriteIdRecord> writesHeld() {
    return writes.subList((int) firstWrite, writes.size());
  }

  Set<String> touchedIn(long of) {
    return touched.getOrDefault(of, new TreeSet<>());
  }

  /** The newest version of a key at or before a revision, a delete included. */
  Optional<Change> at(String key, long asOf) {
    Optional<Change> found = Optional.empty();
    for (Change change : changes.values()) {
      if (change.key().equals(Commands.bytes(key)) && change.modRevision() <= asOf) {
        found = Optional.of(change);
      }
    }
    return found;
  }
}
