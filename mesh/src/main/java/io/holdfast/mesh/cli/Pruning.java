package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Gives back what folders of this host have that are not there any more. Who has used a number
 * since it was looked at keeps it: each is given back only as it was seen.
 */
final class Pruning {

  private Pruning() {}

  /** Does it, or only plans it. */
  static ReservationResult.Done run(
      ReservationWork work, String host, Optional<String> pool, boolean dryRun) {
    List<Reservation> gone =
        work.find(ReservationWork.made(() -> asked(host, pool))).stream()
            .filter(one -> OwnerPath.isGone(one.path()))
            .toList();
    List<Entry> entries = new ArrayList<>();
    long count = 0;
    for (int from = 0; from < gone.size(); from += ReservationRequest.MAX_ASKS) {
      List<ReservationFilter> filters =
          gone.subList(from, Math.min(gone.size(), from + ReservationRequest.MAX_ASKS)).stream()
              .map(Pruning::asSeen)
              .toList();
      ReservationResult.Done done = work.change(new ReservationRequest.Release(filters), dryRun);
      entries.addAll(done.entries());
      count += done.count();
    }
    return new ReservationResult.Done(dryRun, count > 0, count, entries);
  }

  private static ReservationFilter asked(String host, Optional<String> pool) {
    return new ReservationFilter(
        pool,
        Optional.of(host),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static ReservationFilter asSeen(Reservation one) {
    return new ReservationFilter(
        Optional.of(one.pool()),
        Optional.of(one.host()),
        Optional.empty(),
        Optional.of(one.path()),
        false,
        Optional.of(one.tag()),
        Optional.empty(),
        OptionalLong.of(one.value()),
        OptionalLong.of(one.lastUsedAtMillis()));
  }
}
