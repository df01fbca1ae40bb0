package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import java.util.Optional;
import java.util.OptionalLong;

/** The filters of reservations that verbs need. */
final class Filters {

  private Filters() {}

  /** What of a pool is given, as a host sees it. */
  static ReservationFilter pool(String pool, String host) {
    return some(Optional.of(pool), host, Optional.empty(), Optional.empty(), OptionalLong.empty());
  }

  /** Who has a number. */
  static ReservationFilter value(String pool, String host, long value) {
    return some(
        Optional.of(pool), host, Optional.empty(), Optional.empty(), OptionalLong.of(value));
  }

  /** What a folder has of a pool, whatever the tags. */
  static ReservationFilter folder(String pool, String host, String path) {
    return some(Optional.of(pool), host, Optional.of(path), Optional.empty(), OptionalLong.empty());
  }

  /** What an owner has. */
  static ReservationFilter owner(String pool, String host, String path, String tag) {
    return some(Optional.of(pool), host, Optional.of(path), Optional.of(tag), OptionalLong.empty());
  }

  /** Exactly this number of exactly this owner. */
  static ReservationFilter exactly(Reservation one) {
    return some(
        Optional.of(one.pool()),
        one.host(),
        Optional.of(one.path()),
        Optional.of(one.tag()),
        OptionalLong.of(one.value()));
  }

  private static ReservationFilter some(
      Optional<String> pool,
      String host,
      Optional<String> path,
      Optional<String> tag,
      OptionalLong value) {
    return ReservationWork.made(
        () ->
            new ReservationFilter(
                pool,
                Optional.empty(),
                Optional.of(host),
                path,
                false,
                tag,
                Optional.empty(),
                value,
                OptionalLong.empty()));
  }
}
