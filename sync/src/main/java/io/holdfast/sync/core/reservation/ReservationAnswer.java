package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.List;

/** The answer to a {@link ReservationQuery}. */
public sealed interface ReservationAnswer {

  /**
   * Which there are.
   *
   * @param reservations by pool, host and number
   * @param more whether there are more than these, which are as many as were asked for, or as one
   *     answer may hold
   */
  record Found(List<Reservation> reservations, boolean more) implements ReservationAnswer {
    public Found {
      reservations = List.copyOf(reservations);
    }
  }

  /**
   * A request would be done.
   *
   * @param changed whether it would change something
   * @param count how many reservations it would be about
   * @param entries those, the first {@link ReservationRequest#MAX_ASKS} of them; they have the
   *     revision that it would take now
   */
  record WouldDo(boolean changed, long count, List<ReservationOutcome.Entry> entries)
      implements ReservationAnswer {
    public WouldDo {
      entries = List.copyOf(entries);
    }
  }

  /**
   * A request would have no effect.
   *
   * @param refusal why
   */
  record WouldRefuse(ReservationOutcome.Refused refusal) implements ReservationAnswer {}

  /**
   * The pools that there are.
   *
   * @param pools by name
   */
  record Pools(List<PoolUse> pools) implements ReservationAnswer {
    public Pools {
      pools = List.copyOf(pools);
    }
  }

  /**
   * A pool as a host sees it.
   *
   * @param pool its definition
   * @param used how many of its numbers are given there
   * @param exclusions what is excluded there, apart from what its definition excludes
   * @param more whether there are more exclusions than one answer may hold; the answer about this
   *     pool alone has all
   */
  record PoolUse(Pool pool, long used, List<Exclusion> exclusions, boolean more) {
    public PoolUse {
      exclusions = List.copyOf(exclusions);
    }
  }
}
