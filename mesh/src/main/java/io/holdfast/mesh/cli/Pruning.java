package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        work.find(Filters.askedFrom(host, pool)).stream()
            .filter(one -> OwnerPath.isGone(one.path()))
            .toList();
    List<Entry> entries = new ArrayList<>();
    long count = 0;
    for (int from = 0; from < gone.size(); from += ReservationRequest.MAX_ASKS) {
      List<ReservationFilter> filters =
          gone.subList(from, Math.min(gone.size(), from + ReservationRequest.MAX_ASKS)).stream()
              .map(Filters::asSeen)
              .toList();
      ReservationResult.Done done = work.change(new ReservationRequest.Release(filters), dryRun);
      entries.addAll(done.entries());
      count += done.count();
    }
    return new ReservationResult.Done(dryRun, count > 0, count, entries);
  }
}
