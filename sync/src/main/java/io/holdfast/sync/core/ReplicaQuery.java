package io.holdfast.sync.core;

import io.holdfast.sync.core.reservation.ReservationQuery;

/** What a replica is asked: it is answered as of one revision, and changes nothing. */
public sealed interface ReplicaQuery permits ReadQuery, ReplicaQuery.OnReservations {

  /**
   * A question about reservations.
   *
   * @param query which
   */
  record OnReservations(ReservationQuery query) implements ReplicaQuery {}
}
