package io.holdfast.sync.core.reservation;

import io.holdfast.sync.core.reservation.ReservationOutcome.Code;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import java.util.Optional;

/** Ends a decision: a request is done as a whole or not at all. */
final class ReservationRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refused refused;

  ReservationRefusal(Refused refused) {
    super(refused.code().code(), null, false, false);
    this.refused = refused;
  }

  /** Of a request as a whole. */
  static ReservationRefusal of(Code code, String pool) {
    return new ReservationRefusal(new Refused(code, 0, pool, Optional.empty(), Optional.empty()));
  }

  /** Because of a reservation. */
  static ReservationRefusal of(Code code, int ask, Reservation one) {
    return new ReservationRefusal(
        new Refused(code, ask, one.pool(), Optional.of(one.value()), Optional.of(one)));
  }

  Refused refused() {
    return refused;
  }
}
