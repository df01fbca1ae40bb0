package io.holdfast.sync.core;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ControlState;
import io.holdfast.quorum.core.Membership;
import io.holdfast.sync.core.Generations.Cached;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.PoolPlace;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A replica's whole state as a store holds it, in the form in which the state machine uses it: it
 * is read row by row, and given away once. Values stay in the store, but for those that the cache
 * held.
 */
public final class RestoredState {

  private final StateHeader header;
  private final KeyIndex index;
  private final Generations cache;
  private final WriteIdTable writeIds;
  private final Map<Long, Lease> leases;
  private final ControlState control;
  private final ReservationTable reservations;
  private final long historyBytes;

  private RestoredState(
      StateHeader header,
      KeyIndex index,
      Generations cache,
      WriteIdTable writeIds,
      Map<Long, Lease> leases,
      ControlState control,
      ReservationTable reservations,
      long historyBytes) {
    this.header = header;
    this.index = index;
    this.cache = cache;
    this.writeIds = writeIds;
    this.leases = leases;
    this.control = control;
    this.reservations = reservations;
    this.historyBytes = historyBytes;
  }

  /** The state of a new replica, before the first slot. */
  public static RestoredState empty(StateTerms terms) {
    return builder(StateHeader.empty(terms)).build();
  }

  /** Starts reading the rows that belong to {@code header}. */
  public static Builder builder(StateHeader header) {
    return new Builder(header);
  }

  public StateHeader header() {
    return header;
  }

  /**
   * The same, used up by this, in a group that has members: those that the state names. Settings
   * only say who founded it, where it names none; w is what its policy says, where that names one.
   *
   * @param founders who takes part from the first slot on
   */
  public RestoredState foundedBy(Membership founders) {
    return header.membership().isPresent()
        ? this
        : with(PolicyQuorums.founded(founders, control.set()));
  }

  /** The same, used up by this, with others who take part. */
  public RestoredState with(Membership others) {
    return new RestoredState(
        header.with(others), index, cache, writeIds, leases, control, reservations, historyBytes);
  }

  /** Bytes of the changes above the compaction point. */
  long historyBytes() {
    return historyBytes;
  }

  KeyIndex index() {
    return index;
  }

  Generations cache() {
    return cache;
  }

  WriteIdTable writeIds() {
    return writeIds;
  }

  Map<Long, Lease> leases() {
    return leases;
  }

  ControlState control() {
    return control;
  }

  ReservationTable reservations() {
    return reservations;
  }

  /**
   * Takes the rows in: first the changes, then the touched keys, then the values that these need
   * ({@link #wanted}), and the rest in any order. {@link #build} checks that nothing is missing.
   * Every method refuses with an {@link IllegalArgumentException} what cannot belong to the state.
   */
  public static final class Builder {

    private final StateHeader header;
    private final KeyIndex index = new KeyIndex();
    private final Generations cache;
    private final WriteIdTable writeIds;
    private final Map<Long, Lease> leases = new HashMap<>();
    private final Set<ByteString> touchedNow = new HashSet<>();
    private final Set<ByteString> touchedBefore = new HashSet<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private final Map<PoolPlace, List<Exclusion>> exclusions = new HashMap<>();
    private ControlState control = ControlState.seed();
    private long lastPlace;
    private long historyBytes;

    private Builder(StateHeader header) {
      this.header = header;
      this.cache =
          new Generations(
              header.terms(),
              header.generation(),
              header.generationCommands(),
              header.generationBytes());
      this.writeIds =
          new WriteIdTable(
              2 * header.terms().writeIdWindow(),
              header.firstWriteOrdinal(),
              header.horizonMillis());
    }

    /** The next change, in the order of places. Versions that nothing can read may be left out. */
    public void change(Change change) {
      if (change.place() <= lastPlace || change.modRevision() > header.revision()) {
        throw new IllegalArgumentException(
            "change at place %d after %d, in a state of revision %d"
                .formatted(change.place(), lastPlace, header.revision()));
      }
      lastPlace = change.place();
      historyBytes += change.modRevision() > header.compacted() ? change.bytes() : 0;
      index.add(change);
    }

    /** A key that entered a generation; those that are dropped already are ignored. */
    public void touched(long generation, ByteString key) {
      if (generation > header.generation()) {
        throw new IllegalArgumentException(
            "a key of generation %d in a state of generation %d"
                .formatted(generation, header.generation()));
      }
      if (generation == header.generation()) {
        touchedNow.add(key);
      } else if (generation == header.generation() - 1) {
        touchedBefore.add(key);
      }
    }

    /** The places whose values are to be given to {@link #value}. */
    public List<Long> wanted() {
      List<Long> places = new ArrayList<>();
      Set<ByteString> keys = new HashSet<>(touchedNow);
      keys.addAll(touchedBefore);
      for (ByteString key : keys) {
        index.alive(key).ifPresent(entry -> places.add(entry.place()));
      }
      return places;
    }

    /** A version whose value is wanted. */
    public void value(Change change) {
      ByteString key = change.key();
      KeyEntry entry = index.find(key);
      if (entry == null || entry.place() != change.place() || change.isDelete()) {
        throw new IllegalArgumentException("a value of place " + change.place() + " is not wanted");
      }
      cache(key, new Cached(change.place(), Optional.ofNullable(change.value())));
    }

    private void cache(ByteString key, Cached cached) {
      if (touchedNow.remove(key)) {
        cache.restore(true, key, cached);
      }
      // What the older generation held of a key that is in the newer one too cannot be read.
      if (touchedBefore.remove(key)) {
        cache.restore(false, key, cached);
      }
    }

    /** The next write id, in log order. */
    public void writeId(WriteIdRecord record) {
      if (writeIds.next() == header.nextWriteOrdinal()) {
        throw new IllegalArgumentException("more write ids than the state counts");
      }
      writeIds.add(record);
    }

    public void lease(Lease lease) {
      if (lease.number() > header.revision() || leases.put(lease.number(), lease) != null) {
        throw new IllegalArgumentException("lease " + lease.number() + " cannot be of this state");
      }
    }

    public void reservation(Reservation one) {
      if (one.revision() > header.revision()) {
        throw new IllegalArgumentException(
            "a reservation of revision %d in a state of revision %d"
                .formatted(one.revision(), header.revision()));
      }
      reservations.add(one);
    }

    /** What is excluded from a pool in one place. */
    public void exclusions(PoolPlace place, List<Exclusion> excluded) {
      if (excluded.isEmpty() || exclusions.put(place, excluded) != null) {
        throw new IllegalArgumentException(
            "exclusions of %s cannot be of this state".formatted(place));
      }
    }

    /** What is active, and was. */
    public void control(ControlState restored) {
      control = restored;
    }

    /** The state with its rows. */
    public RestoredState build() {
      require("keys", header.keyCount(), index.alive());
      require("leases", header.leaseCount(), leases.size());
      require("reservations", header.reservationCount(), reservations.size());
      require("places with exclusions", header.exclusionPlaceCount(), exclusions.size());
      require("write ids up to", header.nextWriteOrdinal(), writeIds.next());
      if (!control.epoch().equals(header.control())) {
        throw new IllegalArgumentException(
            "epoch %s is active where the state says %s"
                .formatted(control.epoch(), header.control()));
      }
      index.compact(header.compacted());
      List<ByteString> gone = new ArrayList<>(touchedNow);
      gone.addAll(touchedBefore);
      for (ByteString key : gone) {
        if (index.alive(key).isPresent()) {
          throw new IllegalArgumentException("the value of a cached key is missing");
        }
        KeyEntry deleted = index.find(key);
        cache(key, new Cached(deleted == null ? 0 : deleted.place(), Optional.empty()));
      }
      return new RestoredState(
          header,
          index,
          cache,
          writeIds,
          leases,
          control,
          new ReservationTable(reservations, exclusions),
          historyBytes);
    }

    private static void require(String what, long counted, long found) {
      if (counted != found) {
        throw new IllegalArgumentException(
            "%d %s where the state counts %d".formatted(found, what, counted));
      }
    }
  }
}
