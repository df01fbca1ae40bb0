package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A table together with what a request would change of it; the table stays as it is. */
final class ReservationDraft {

  private final ReservationTable table;
  private final List<ReservationChange> changes = new ArrayList<>();
  private final List<ReservationOutcome.Entry> entries = new ArrayList<>();
  private final Map<ValueKey, Optional<Reservation>> values = new HashMap<>();
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
   * The smallest number of a pool that may be given. Walks along what is given, which is in order,
   * rather than looking up each number.
   *
   * @param without numbers that are not
   */
  OptionalLong firstFree(Pool pool, PoolPlace place, Spans without, ReservationRules rules) {
    Iterator<ValueKey> given = table.from(place, pool.first()).keySet().iterator();
    @Nullable ValueKey next = given.hasNext() ? given.next() : null;
    long value = without.after(pool.first());
    while (value <= pool.last()) {
      while (next != null && isIn(place, next) && next.value() < value) {
        next = given.hasNext() ? given.next() : null;
      }
      ValueKey key = new ValueKey(place.pool(), place.within(), value);
      Optional<Reservation> changed = values.get(key);
      if (rules.mayGive(changed == null ? key.equals(next) : changed.isPresent())) {
        return OptionalLong.of(value);
      }
      value = without.after(value + 1);
    }
    return OptionalLong.empty();
  }

  private static boolean isIn(PoolPlace place, ValueKey key) {
    return key.pool().equals(place.pool()) && key.within().equals(place.within());
  }
}
