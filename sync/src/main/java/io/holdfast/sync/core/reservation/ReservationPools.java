package io.holdfast.sync.core.reservation;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which pools a request or a question is about; empty: it could be any. */
public final class ReservationPools {

  private ReservationPools() {}

  /** Those of a request. */
  public static Optional<SortedSet<String>> of(ReservationRequest request) {
    if (request instanceof ReservationRequest.Reserve reserve) {
      return these(reserve.asks().stream().map(ReservationRequest.Ask::pool).toList());
    } else if (request instanceof ReservationRequest.Release release) {
      List<Optional<String>> named =
          release.filters().stream().map(ReservationFilter::pool).toList();
      return named.stream().anyMatch(Optional::isEmpty)
          ? Optional.empty()
          : these(named.stream().flatMap(Optional::stream).toList());
    } else if (request instanceof ReservationRequest.Expire expire) {
      return expire.pool().flatMap(pool -> these(List.of(pool)));
    } else if (request instanceof ReservationRequest.Exclude exclude) {
      return these(List.of(exclude.pool()));
    } else if (request instanceof ReservationRequest.Include include) {
      return these(List.of(include.pool()));
    } else if (request instanceof ReservationRequest.CompactExclusions compact) {
      return these(List.of(compact.pool()));
    }
    return Optional.empty();
  }

  /** Those of a question. */
  public static Optional<SortedSet<String>> of(ReservationQuery query) {
    if (query instanceof ReservationQuery.Find find) {
      return find.filter().pool().flatMap(pool -> these(List.of(pool)));
    } else if (query instanceof ReservationQuery.Plan plan) {
      return of(plan.request());
    }
    return ((ReservationQuery.Pools) query).pool().flatMap(pool -> these(List.of(pool)));
  }

  private static Optional<SortedSet<String>> these(Collection<String> pools) {
    return Optional.of(new TreeSet<>(pools));
  }
}
