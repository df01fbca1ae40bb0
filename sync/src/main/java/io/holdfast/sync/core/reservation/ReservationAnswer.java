package io.holdfast.sync.core.reservation;

import io.holdfast.config.core.control.Pool;
import java.util.List;

/** The answer to a {@link ReservationQuery}. */
public sealed interface ReservationAnswer {

  /**
   * Which there are.
   *
   * @param reservations by pool, host and number
   * @param more whether there are more than were asked for
   */
  record Found(List<Reservation> reservations, boolean more) implements ReservationAnswer {
    public Found {
      reservations = List.copyOf(reservations);
    }
  }

  /**
   * What would become of a request.
   *
   * @param outcome that
   */
  record Planned(ReservationOutcome outcome) implements ReservationAnswer {}

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
   */
  record PoolUse(Pool pool, long used, List<Exclusion> exclusions) {
    public PoolUse {
      exclusions = List.copyOf(exclusions);
    }
  }
}
