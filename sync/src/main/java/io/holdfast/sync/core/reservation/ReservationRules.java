package io.holdfast.sync.core.reservation;

import java.time.Duration;
import java.util.Optional;

/**
 * The rules by which numbers are given, each in one line. Every replica of a group goes by {@link
 * #PROTOCOL}; a simulation breaks one of them at a time, to show that this would be noticed.
 */
public class ReservationRules {

  /** Those of the protocol. */
  public static final ReservationRules PROTOCOL = new ReservationRules();

  /** For those that break one. */
  protected ReservationRules() {}

  /**
   * OneHolder: whether a number may be given.
   *
   * @param taken whether somebody has it
   */
  public boolean mayGive(boolean taken) {
    return !taken;
  }

  /** OneValue: whether an owner that has a number is given another one beside it. */
  public boolean mayHaveAnother() {
    return false;
  }

  /** AllOrNothing: whether what was done of a request stands though the rest is refused. */
  public boolean keepsPart() {
    return false;
  }

  /** NothingExpiresEarly: whether a reservation's time is over. */
  public boolean isOver(Reservation one, Optional<Duration> expiry, long nowMillis) {
    return one.isOver(expiry, nowMillis);
  }
}
