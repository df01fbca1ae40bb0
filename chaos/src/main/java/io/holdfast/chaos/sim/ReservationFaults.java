package io.holdfast.chaos.sim;

import io.holdfast.sync.core.CacheRules;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be wrong with how numbers are given. */
final class ReservationFaults {

  private ReservationFaults() {}

  static List<SeededFault> all() {
    return List.of(
        fault(
            "reservation-taken-twice",
            "A number is given though somebody has it.",
            "OneHolder",
            new ReservationRules() {
              @Override
              public boolean mayGive(boolean taken) {
                return true;
              }
            }),
        fault(
            "reservation-second-value",
            "An owner that has a number is given another one.",
            "OneHolder",
            new ReservationRules() {
              @Override
              public boolean mayHaveAnother() {
                return true;
              }
            }),
        fault(
            "reservation-group-in-part",
            "What was given of a group stays given where the rest is refused.",
            "AllOrNothing",
            new ReservationRules() {
              @Override
              public boolean keepsPart() {
                return true;
              }
            }),
        fault(
            "reservation-expired-early",
            "A reservation's time counts from when it was given, however often it is used.",
            "NothingExpiresEarly",
            new ReservationRules() {
              @Override
              public boolean isOver(Reservation one, Optional<Duration> expiry, long nowMillis) {
                return expiry
                    .filter(each -> nowMillis - one.createdAtMillis() >= each.toMillis())
                    .isPresent();
              }
            }));
  }

  private static SeededFault fault(
      String name, String what, String caughtBy, ReservationRules broken) {
    return SeededFault.of(
            name,
            what,
            caughtBy,
            boot ->
                new Tampering() {
                  @Override
                  CacheRules rules() {
                    return new CacheRules() {
                      @Override
                      public ReservationRules reservations() {
                        return broken;
                      }
                    };
                  }
                })
        .huntedIn(Profile.RESERVATIONS, 3, 2);
  }
}
