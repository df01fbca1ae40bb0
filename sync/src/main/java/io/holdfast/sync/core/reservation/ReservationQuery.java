package io.holdfast.sync.core.reservation;

import java.util.Optional;

/** A question about reservations as they are; it changes nothing. */
public sealed interface ReservationQuery {

  /** The most reservations that one question gives. */
  int MAX_LIMIT = 1000;

  /**
   * Which there are.
   *
   * @param filter some of them
   * @param after begin behind this one; absent: with the first
   * @param limit how many at most, 1 to {@link #MAX_LIMIT}
   */
  record Find(ReservationFilter filter, Optional<ValueKey> after, int limit)
      implements ReservationQuery {
    public Find {
      if (limit < 1 || limit > MAX_LIMIT) {
        throw new IllegalArgumentException("limit " + limit + ": allowed are 1 to " + MAX_LIMIT);
      }
    }
  }

  /**
   * What would become of a request if it were done now.
   *
   * @param request what
   */
  record Plan(ReservationRequest request) implements ReservationQuery {}

  /**
   * The pools, how much of each is given, and what is excluded, as a host sees them.
   *
   * @param host the host
   * @param pool this one alone; absent: all
   */
  record Pools(String host, Optional<String> pool) implements ReservationQuery {
    public Pools {
      ReservationText.requireHost(host);
      pool.ifPresent(ReservationText::requirePool);
    }

    /** All of them. */
    public Pools(String host) {
      this(host, Optional.empty());
    }
  }
}
