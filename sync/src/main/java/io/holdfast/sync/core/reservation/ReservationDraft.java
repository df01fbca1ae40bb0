package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A table together with what a request would change of it; the table stays as it is. */
final class ReservationDraft {

  private final ReservationTable table;
  private final List<ReservationChange> changes = new ArrayList<>();
  private final List<ReservationOutcome.Entry> entries = new ArrayList<>();
  private final TreeMap<ValueKey, Optional<Reservation>> values = new TreeMap<>();
  private final Map<OwnerKey, Optional<Reservation>> owners = new HashMap<>();
  private int size;

  ReservationDraft(ReservationTable table) {
    this.table = table;
    this.size = table.size();
  }

  ReservationOutcome.Done done() {
    return new ReservationOutcome.Done(changes, entries);
  }

  /** How many changes there are so far. */
  int changes() {
    return changes.size();
  }

  /** How many reservations there would be. */
  int size() {
    return size;
  }

  Optional<Reservation> holder(ValueKey value) {
    Optional<Reservation> changed = values.get(value);
    return changed == null ? table.holder(value) : changed;
  }

  Optional<Reservation> of(OwnerKey owner) {
    Optional<Reservation> changed = owners.get(owner);
    return changed == null ? table.of(owner) : changed;
  }

  void put(ReservationOutcome.Kind kind, Reservation one) {
    Optional<Reservation> before = holder(one.valueKey());
    before.map(Reservation::ownerKey).ifPresent(owner -> owners.put(owner, Optional.empty()));
    size += before.isPresent() ? 0 : 1;
    values.put(one.valueKey(), Optional.of(one));
    owners.put(one.ownerKey(), Optional.of(one));
    changes.add(new ReservationChange.Put(one));
    entries.add(new ReservationOutcome.Entry(kind, one));
  }

  void end(Reservation one) {
    values.put(one.valueKey(), Optional.empty());
    owners.put(one.ownerKey(), Optional.empty());
    size--;
    changes.add(new ReservationChange.End(one));
  }

  void end(ReservationOutcome.Kind kind, Reservation one) {
    end(one);
    entries.add(new ReservationOutcome.Entry(kind, one));
  }

  void exclude(PoolPlace place, List<Exclusion> exclusions) {
    changes.add(new ReservationChange.Exclusions(place, exclusions));
  }

  /**
   * The smallest number of a pool that may be given. Goes from one stretch of numbers to the next
   * rather than from number to number.
   *
   * @param excluded numbers that are not
   * @param avoided others that are not
   */
  OptionalLong firstFree(
      Pool pool, PoolPlace place, Spans excluded, Spans avoided, ReservationRules rules) {
    long value = pool.first();
    while (value <= pool.last()) {
      long allowed = avoided.after(excluded.after(value));
      if (allowed > value) {
        value = allowed;
      } else if (rules.mayGive(holder(key(place, value)).isPresent())) {
        return OptionalLong.of(value);
      } else {
        value = nextNotGiven(place, value);
      }
    }
    return OptionalLong.empty();
  }

  /** The next number after this one that is not given in the table, or not any more. */
  private long nextNotGiven(PoolPlace place, long value) {
    long next = Math.max(value + 1, table.notGivenFrom(place, value));
    return values.subMap(key(place, value), false, key(place, next), false).entrySet().stream()
        .filter(changed -> changed.getValue().isEmpty())
        .findFirst()
        .map(changed -> changed.getKey().value())
        .orElse(next);
  }

  private static ValueKey key(PoolPlace place, long value) {
    return new ValueKey(place.pool(), place.within(), value);
  }
}
