package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsInUse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The reservations of a group, all in memory; a function of the log. */
public final class ReservationTable {

  /** The most reservations of a group. */
  public static final int MAX_RESERVATIONS = 100_000;

  /** The most exclusions of a pool in one place. */
  public static final int MAX_EXCLUSIONS = 1000;

  /** The most exclusions of a group. */
  public static final int MAX_ALL_EXCLUSIONS = 100_000;

  /** The most places of pools that have exclusions. */
  public static final int MAX_EXCLUSION_PLACES = 1000;

  private final TreeMap<ValueKey, Reservation> byValue = new TreeMap<>();
  private final TreeMap<OwnerKey, Reservation> byOwner = new TreeMap<>();
  private final TreeMap<PoolPlace, Given> given = new TreeMap<>();
  private final TreeMap<PoolPlace, List<Exclusion>> exclusions = new TreeMap<>();

  /** What changed since it was last asked; empty for what ended. */
  private final TreeMap<ValueKey, Optional<Reservation>> unflushed = new TreeMap<>();

  private final TreeMap<PoolPlace, List<Exclusion>> unflushedExclusions = new TreeMap<>();

  /** One without reservations. */
  public ReservationTable() {}

  /**
   * One as a store holds it.
   *
   * @throws IllegalArgumentException when a number is given twice, or an owner has two
   */
  public ReservationTable(
      Collection<Reservation> reservations, Map<PoolPlace, List<Exclusion>> excluded) {
    for (Reservation one : reservations) {
      boolean second =
          byValue.put(one.valueKey(), one) != null || byOwner.put(one.ownerKey(), one) != null;
      if (second) {
        throw new IllegalArgumentException(
            "two reservations of %s or of %s".formatted(one.valueKey(), one.ownerKey()));
      }
      given(one.place()).add(one.value());
    }
    excluded.forEach((place, spans) -> exclusions.put(place, List.copyOf(spans)));
  }

  /** How many there are. */
  public int size() {
    return byValue.size();
  }

  /** All, by pool, host and number. */
  public Collection<Reservation> all() {
    return Collections.unmodifiableCollection(byValue.values());
  }

  /** Who has a number. */
  public Optional<Reservation> holder(ValueKey value) {
    return Optional.ofNullable(byValue.get(value));
  }

  /** What an owner has. */
  public Optional<Reservation> of(OwnerKey owner) {
    return Optional.ofNullable(byOwner.get(owner));
  }

  /** What is excluded from a pool, apart from what its manifest excludes; by first numbers. */
  public List<Exclusion> exclusionsOf(PoolPlace place) {
    return exclusions.getOrDefault(place, List.of());
  }

  /** All exclusions, by pool and place. */
  public Map<PoolPlace, List<Exclusion>> exclusions() {
    return Collections.unmodifiableMap(exclusions);
  }

  /** How many numbers of a pool are given there. */
  public long used(PoolPlace place) {
    Given there = given.get(place);
    return there == null ? 0 : there.count;
  }

  /** How many numbers of a pool are given, by place; nothing where none are. */
  SortedMap<PoolPlace, Long> usedOf(String pool) {
    SortedMap<PoolPlace, Long> used = new TreeMap<>();
    given
        .subMap(new PoolPlace(pool, ""), new PoolPlace(pool + '\0', ""))
        .forEach((place, there) -> used.put(place, there.count));
    return used;
  }

  /** The parts of a span that are not given there, in order. */
  List<Pool.Span> notGiven(PoolPlace place, Pool.Span span) {
    Given there = given.get(place);
    return there == null ? List.of(span) : there.numbers.without(span);
  }

  /** The first number from this one upwards that is not given. */
  long notGivenFrom(PoolPlace place, long value) {
    Given there = given.get(place);
    return there == null ? value : there.numbers.after(value);
  }

  /**
   * Some, by pool, host and number.
   *
   * @param after begin behind this one; absent: with the first
   * @param limit how many at most
   */
  public List<Reservation> list(ReservationFilter filter, Optional<ValueKey> after, int limit) {
    return search(Long.MAX_VALUE).page(filter, after, limit);
  }

  /** Looks for some, at so many places and reservations at most. */
  ReservationSearch search(long mostLooks) {
    return new ReservationSearch(byValue, byOwner, given, mostLooks);
  }

  /** The pools of which something is given or excluded here, by which scope. */
  public PoolsInUse inUse() {
    Map<String, Pool.Scope> scopes = new HashMap<>();
    for (NavigableMap<PoolPlace, ?> places : List.of(given, exclusions)) {
      PoolPlace place = places.isEmpty() ? null : places.firstKey();
      while (place != null) {
        // The whole mesh comes before all hosts, and a pool has one or the other.
        scopes.put(place.pool(), place.within().isEmpty() ? Pool.Scope.MESH : Pool.Scope.HOST);
        place = places.higherKey(new PoolPlace(place.pool() + '\0', ""));
      }
    }
    return new PoolsInUse(scopes);
  }

  /** Makes a change that was decided on this very table. */
  public void take(ReservationChange change) {
    if (change instanceof ReservationChange.Put put) {
      Reservation one = put.reservation();
      Reservation before = byValue.put(one.valueKey(), one);
      if (before != null && !before.ownerKey().equals(one.ownerKey())) {
        byOwner.remove(before.ownerKey(), before);
      }
      byOwner.put(one.ownerKey(), one);
      if (before == null) {
        given(one.place()).add(one.value());
      }
      unflushed.put(one.valueKey(), Optional.of(one));
    } else if (change instanceof ReservationChange.End end) {
      Reservation one = end.reservation();
      if (byValue.remove(one.valueKey()) != null) {
        free(one.place(), one.value());
      }
      byOwner.remove(one.ownerKey(), one);
      unflushed.put(one.valueKey(), Optional.empty());
    } else if (change instanceof ReservationChange.Exclusions excluded) {
      if (excluded.exclusions().isEmpty()) {
        exclusions.remove(excluded.place());
      } else {
        exclusions.put(excluded.place(), excluded.exclusions());
      }
      unflushedExclusions.put(excluded.place(), excluded.exclusions());
    }
  }

  private Given given(PoolPlace place) {
    return given.computeIfAbsent(place, unused -> new Given());
  }

  private void free(PoolPlace place, long value) {
    Given there = given(place);
    there.remove(value);
    if (there.count == 0) {
      given.remove(place);
    }
  }

  /** What is given of a pool in one place. */
  private static final class Given {
    private final Spans numbers = new Spans(List.of());
    private long count;

    void add(long value) {
      numbers.add(value);
      count++;
    }

    void remove(long value) {
      numbers.remove(value);
      count--;
    }
  }

  /** What changed since this was last asked; then it begins anew. */
  public Delta takeDelta() {
    if (unflushed.isEmpty() && unflushedExclusions.isEmpty()) {
      return Delta.NONE;
    }
    List<Reservation> put = new ArrayList<>();
    List<ValueKey> ended = new ArrayList<>();
    unflushed.forEach((key, one) -> one.ifPresentOrElse(put::add, () -> ended.add(key)));
    Delta delta = new Delta(put, ended, new HashMap<>(unflushedExclusions));
    unflushed.clear();
    unflushedExclusions.clear();
    return delta;
  }

  /**
   * What came to the table.
   *
   * @param put reservations that are new or not what they were, in order
   * @param ended numbers that nobody has any more; some may never have been stored
   * @param exclusions what is excluded now, where that changed
   */
  public record Delta(
      List<Reservation> put, List<ValueKey> ended, Map<PoolPlace, List<Exclusion>> exclusions) {

    /** Nothing. */
    public static final Delta NONE = new Delta(List.of(), List.of(), Map.of());

    public Delta {
      put = List.copyOf(put);
      ended = List.copyOf(ended);
      exclusions = Collections.unmodifiableMap(new TreeMap<>(exclusions));
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
      return put.isEmpty() && ended.isEmpty() && exclusions.isEmpty();
    }
  }
}
