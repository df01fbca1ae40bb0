package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for reservations along the order that leads to them, and counts its looks: how much work it
 * is to find what a filter has shows while it is done only, and is the same at every replica.
 */
final class ReservationSearch {

  /** What a text that comes right behind another one ends with. */
  private static final String NEXT = "\0";

  /** What comes right behind whatever begins with a slash. */
  private static final String BEHIND_SLASH = String.valueOf((char) ('/' + 1));

  private static final long BEFORE_ALL = -Pool.MAX_NUMBER - 1;

  private final NavigableMap<ValueKey, Reservation> byValue;
  private final NavigableMap<OwnerKey, Reservation> byOwner;
  private final NavigableMap<PoolPlace, ?> places;
  private final long mostLooks;
  private long looks;

  /**
   * One that is at its beginning.
   *
   * @param byValue all reservations by their numbers
   * @param byOwner the same by their owners
   * @param places where there are any
   * @param mostLooks at how many places and reservations it looks before it refuses to go on
   */
  ReservationSearch(
      NavigableMap<ValueKey, Reservation> byValue,
      NavigableMap<OwnerKey, Reservation> byOwner,
      NavigableMap<PoolPlace, ?> places,
      long mostLooks) {
    this.byValue = byValue;
    this.byOwner = byOwner;
    this.places = places;
    this.mostLooks = mostLooks;
  }

  /** At how many places and reservations it has looked. */
  long looks() {
    return looks;
  }

  /**
   * What any of these filters has, each once, by pool, host and number. The same filter once more
   * makes no more work.
   *
   * @param most how many there may be
   * @throws ReservationRefusal too_many, as soon as there are more, or it takes too many looks
   */
  Collection<Reservation> any(Collection<ReservationFilter> filters, int most) {
    TreeMap<ValueKey, Reservation> found = new TreeMap<>();
    Set<ReservationFilter> distinct = new LinkedHashSet<>(filters);
    for (ReservationFilter filter : distinct) {
      PoolPlace place = firstPlace(filter);
      while (place != null) {
        for (Reservation one : candidates(filter, place, BEFORE_ALL)) {
          look();
          if (filter.has(one)) {
            found.put(one.valueKey(), one);
          }
          if (found.size() > most) {
            throw tooMany();
          }
        }
        place = placeBehind(filter, place);
      }
    }
    return found.values();
  }

  /**
   * What a filter has, by pool, host and number.
   *
   * @param after begin behind this one; absent: with the first
   * @param limit how many at most; it never holds more than these
   */
  List<Reservation> page(ReservationFilter filter, Optional<ValueKey> after, int limit) {
    List<Reservation> page = new ArrayList<>();
    PoolPlace place =
        after.isEmpty()
            ? firstPlace(filter)
            : placeFrom(filter, new PoolPlace(after.get().pool(), after.get().within()));
    while (place != null && page.size() < limit) {
      PoolPlace here = place;
      long behind =
          after
              .filter(key -> here.equals(new PoolPlace(key.pool(), key.within())))
              .map(ValueKey::value)
              .orElse(BEFORE_ALL);
      page.addAll(smallest(filter, here, behind, limit - page.size()));
      place = placeBehind(filter, here);
    }
    return page;
  }

  /** Of one place, those with the smallest numbers. */
  private Collection<Reservation> smallest(
      ReservationFilter filter, PoolPlace place, long behind, int room) {
    TreeMap<Long, Reservation> smallest = new TreeMap<>();
    boolean inOrder = !byPath(filter);
    for (Reservation one : candidates(filter, place, behind)) {
      look();
      if (one.value() > behind && filter.has(one)) {
        smallest.put(one.value(), one);
      }
      if (inOrder && smallest.size() == room) {
        break;
      } else if (smallest.size() > room) {
        smallest.pollLastEntry();
      }
    }
    return smallest.values();
  }

  // ---- Where there may be some

  private @Nullable PoolPlace firstPlace(ReservationFilter filter) {
    // None has an empty name.
    return placeFrom(filter, new PoolPlace(filter.pool().orElse(""), ""));
  }

  private @Nullable PoolPlace placeBehind(ReservationFilter filter, PoolPlace place) {
    return placeFrom(filter, new PoolPlace(place.pool(), place.within() + NEXT));
  }

  /** The first place from here that counts for a filter. Passes over other hosts, and pools. */
  private @Nullable PoolPlace placeFrom(ReservationFilter filter, PoolPlace from) {
    PoolPlace place = places.ceilingKey(from);
    while (place != null) {
      look();
      int order = filter.pool().map(place.pool()::compareTo).orElse(0);
      if (order > 0) {
        return null;
      } else if (order == 0 && counts(filter, place)) {
        return place;
      }
      place = places.ceilingKey(passOver(filter, place, order));
    }
    return null;
  }

  private static boolean counts(ReservationFilter filter, PoolPlace place) {
    return place.within().isEmpty()
        || filter.within().isEmpty()
        || filter.within().get().equals(place.within());
  }

  private static PoolPlace passOver(ReservationFilter filter, PoolPlace place, int order) {
    if (order < 0) {
      return new PoolPlace(filter.pool().orElseThrow(), "");
    }
    String within = filter.within().orElseThrow();
    return place.within().compareTo(within) < 0
        ? new PoolPlace(place.pool(), within)
        : new PoolPlace(place.pool() + NEXT, "");
  }

  // ---- What may be there

  /** Whether candidates come by their paths rather than by their numbers. */
  private static boolean byPath(ReservationFilter filter) {
    return filter.value().isEmpty() && filter.path().isPresent() && !isOfAllPaths(filter);
  }

  private static boolean isOfAllPaths(ReservationFilter filter) {
    return filter.recursive() && filter.path().orElseThrow().equals("/");
  }

  private Iterable<Reservation> candidates(ReservationFilter filter, PoolPlace place, long behind) {
    if (filter.value().isPresent()) {
      long value = filter.value().getAsLong();
      return Optional.ofNullable(byValue.get(key(place, value))).stream().toList();
    } else if (!byPath(filter)) {
      ValueKey from = key(place, Math.min(behind, Pool.MAX_NUMBER));
      return byValue.subMap(from, false, key(place, Pool.MAX_NUMBER), true).values();
    }
    String path = filter.path().orElseThrow();
    Map<OwnerKey, Reservation> own = ofPaths(place, path, path + NEXT);
    if (!filter.recursive()) {
      return own.values();
    }
    Map<OwnerKey, Reservation> below = ofPaths(place, path + "/", path + BEHIND_SLASH);
    return () -> Stream.of(own, below).flatMap(some -> some.values().stream()).iterator();
  }

  private Map<OwnerKey, Reservation> ofPaths(PoolPlace place, String from, String to) {
    return byOwner.subMap(
        new OwnerKey(place.pool(), place.within(), from, ""),
        new OwnerKey(place.pool(), place.within(), to, ""));
  }

  private static ValueKey key(PoolPlace place, long value) {
    return new ValueKey(place.pool(), place.within(), value);
  }

  private void look() {
    looks++;
    if (looks > mostLooks) {
      throw tooMany();
    }
  }

  private static ReservationRefusal tooMany() {
    return ReservationRefusal.of(Code.TOO_MANY, "");
  }
}
