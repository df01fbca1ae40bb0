package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.reservation.ReservationQuery;

/**
 * A question about reservations.
 *
 * @param group the group
 * @param query what to tell, or to plan
 * @param consistency how fresh the answer must be
 * @param caller who asks; a request is planned in its name
 */
public record ReservationsRequest(
    GroupId group, ReservationQuery query, Consistency consistency, Caller caller) {

  /** Of anybody, linearizable. */
  public ReservationsRequest(GroupId group, ReservationQuery query) {
    this(group, query, Consistency.LINEARIZABLE, Caller.ANYBODY);
  }
}
