package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ValueKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The numbers of a pool that were free when this looked, the smallest first. It reads what is given
 * page by page, and no further than it is asked. It proposes; what is free, the log decides.
 */
final class FreeNumbers {

  private final ReservationWork work;
  private final Pool pool;
  private final List<Pool.Span> excluded;
  private final ReservationFilter given;
  private final Deque<Reservation> page = new ArrayDeque<>();
  private Optional<ValueKey> after;
  private boolean more = true;
  private long next;

  FreeNumbers(ReservationWork work, PoolUse use, String host) {
    this.work = work;
    this.pool = use.pool();
    this.excluded =
        Stream.concat(pool.exclusions().stream(), use.exclusions().stream().map(Exclusion::span))
            .toList();
    this.given = Filters.pool(pool.name(), host);
    this.next = pool.first();
    String within = pool.scope() == Pool.Scope.HOST ? host : "";
    this.after = Optional.of(new ValueKey(pool.name(), within, pool.first() - 1));
  }

  /** So many more, or as many as there are. */
  List<Long> next(int count) {
    List<Long> free = new ArrayList<>();
    while (free.size() < count && next <= pool.last()) {
      long value = next;
      Optional<Pool.Span> out =
          excluded.stream()
              .filter(span -> span.first() <= value && value <= span.last())
              .findFirst();
      if (out.isPresent()) {
        next = out.get().last() + 1;
      } else {
        if (!isGiven(value)) {
          free.add(value);
        }
        next++;
      }
    }
    return free;
  }

  private boolean isGiven(long value) {
    while (true) {
      while (!page.isEmpty() && page.getFirst().value() < value) {
        page.removeFirst();
      }
      if (!page.isEmpty() || !more) {
        return !page.isEmpty() && page.getFirst().value() == value;
      }
      ReservationAnswer.Found found = work.find(given, after);
      page.addAll(found.reservations());
      more = found.more() && !page.isEmpty();
      after = page.isEmpty() ? after : Optional.of(page.getLast().valueKey());
    }
  }
}
