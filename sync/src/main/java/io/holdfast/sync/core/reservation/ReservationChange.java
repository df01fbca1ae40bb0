package io.holdfast.sync.core.reservation;

import java.util.List;

/** A change of the table. */
public sealed interface ReservationChange {

  /**
   * A number is given, or what is known of it changes.
   *
   * @param reservation as it is from here
   */
  record Put(Reservation reservation) implements ReservationChange {}

  /**
   * A number is free from here.
   *
   * @param reservation as it was
   */
  record End(Reservation reservation) implements ReservationChange {}

  /**
   * Other numbers are excluded.
   *
   * @param place of which pool, and where
   * @param exclusions all of them from here, by their first numbers
   */
  record Exclusions(PoolPlace place, List<Exclusion> exclusions) implements ReservationChange {
    public Exclusions {
      exclusions = List.copyOf(exclusions);
    }
  }
}
