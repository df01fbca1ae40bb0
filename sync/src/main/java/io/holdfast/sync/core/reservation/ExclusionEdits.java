package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.PoolsManifest;
import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Excludes numbers from pools, and includes them again. Who has one of them keeps it. */
final class ExclusionEdits {

  private final ReservationTable table;
  private final PoolsManifest pools;
  private final ReservationDraft draft;

  ExclusionEdits(ReservationTable table, PoolsManifest pools, ReservationDraft draft) {
    this.table = table;
    this.pools = pools;
    this.draft = draft;
  }

  void exclude(ReservationRequest.Exclude exclude) {
    Pool pool = pool(exclude.pool());
    Pool.Span span = exclude.exclusion().span();
    if (span.last() < pool.first() || span.first() > pool.last()) {
      throw new ReservationRefusal(
          new Refused(
              Code.OUTSIDE_RANGE, 0, pool.name(), Optional.of(span.first()), Optional.empty()));
    }
    PoolPlace place = PoolPlace.of(pool, exclude.host());
    List<Exclusion> all = new ArrayList<>(table.exclusionsOf(place));
    all.removeIf(one -> one.span().equals(span));
    all.add(exclude.exclusion());
    take(place, all);
  }

  /** Of a pool that is no more, too: what is excluded there would stay for good. */
  void include(ReservationRequest.Include include) {
    Spans included = new Spans(List.of(include.span()));
    for (PoolPlace place : placesOf(include)) {
      take(place, without(included, table.exclusionsOf(place)));
    }
  }

  private List<PoolPlace> placesOf(ReservationRequest.Include include) {
    Optional<Pool> known = pools.byName(include.pool());
    if (known.isPresent()) {
      return List.of(PoolPlace.of(known.get(), include.host()));
    }
    List<PoolPlace> left =
        Stream.of("", include.host())
            .map(within -> new PoolPlace(include.pool(), within))
            .filter(place -> !table.exclusionsOf(place).isEmpty())
            .toList();
    if (left.isEmpty()) {
      throw ReservationRefusal.of(Code.UNKNOWN_POOL, include.pool());
    }
    return left;
  }

  void compact(ReservationRequest.CompactExclusions compact) {
    Pool pool = pool(compact.pool());
    PoolPlace place = PoolPlace.of(pool, compact.host());
    Spans seen = new Spans(pool.exclusions());
    List<Exclusion> few = new ArrayList<>();
    for (Exclusion one : inOrder(table.exclusionsOf(place))) {
      long first = Math.max(one.span().first(), pool.first());
      long last = Math.min(one.span().last(), pool.last());
      if (first <= last) {
        List<Pool.Span> parts = seen.without(new Pool.Span(first, last));
        if (!parts.isEmpty()) {
          // What lies between the parts is excluded anyway; left out, it would make more of one.
          Pool.Span rest = new Pool.Span(parts.get(0).first(), parts.get(parts.size() - 1).last());
          join(few, new Exclusion(rest, one.reason()));
        }
        seen.add(new Pool.Span(first, last));
      }
    }
    take(place, few);
  }

  private static void join(List<Exclusion> few, Exclusion next) {
    if (!few.isEmpty()) {
      Exclusion last = few.get(few.size() - 1);
      if (last.reason().equals(next.reason()) && last.span().last() + 1 == next.span().first()) {
        Pool.Span both = new Pool.Span(last.span().first(), next.span().last());
        few.set(few.size() - 1, new Exclusion(both, last.reason()));
        return;
      }
    }
    few.add(next);
  }

  private static List<Exclusion> without(Spans included, List<Exclusion> exclusions) {
    List<Exclusion> rest = new ArrayList<>();
    for (Exclusion one : exclusions) {
      included.without(one.span()).forEach(part -> rest.add(new Exclusion(part, one.reason())));
    }
    return rest;
  }

  private void take(PoolPlace place, List<Exclusion> exclusions) {
    List<Exclusion> before = table.exclusionsOf(place);
    List<Exclusion> after = inOrder(exclusions);
    if (after.equals(before)) {
      return;
    }
    boolean manyPlaces =
        before.isEmpty() && table.exclusions().size() >= ReservationTable.MAX_EXCLUSION_PLACES;
    int all = table.exclusions().values().stream().mapToInt(List::size).sum();
    boolean many =
        after.size() > ReservationTable.MAX_EXCLUSIONS
            || all - before.size() + after.size() > ReservationTable.MAX_ALL_EXCLUSIONS;
    if (manyPlaces || (many && after.size() > before.size())) {
      throw ReservationRefusal.of(Code.TOO_MANY, place.pool());
    }
    draft.exclude(place, after);
  }

  private static List<Exclusion> inOrder(List<Exclusion> exclusions) {
    return exclusions.stream()
        .sorted(
            Comparator.comparingLong((Exclusion one) -> one.span().first())
                .thenComparingLong(one -> one.span().last()))
        .toList();
  }

  private Pool pool(String name) {
    return pools.byName(name).orElseThrow(() -> ReservationRefusal.of(Code.UNKNOWN_POOL, name));
  }
}
