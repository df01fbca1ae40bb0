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

  /** What was asked for from a host, of a pool or of all. */
  static ReservationFilter askedFrom(String host, Optional<String> pool) {
    return ReservationWork.made(
        () ->
            new ReservationFilter(
                pool,
                Optional.of(host),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty()));
  }

  /** Exactly this, as long as nobody has asked for it since. */
  static ReservationFilter asSeen(Reservation one) {
    return new ReservationFilter(
        Optional.of(one.pool()),
        Optional.of(one.host()),
        Optional.empty(),
        Optional.of(one.path()),
        false,
        Optional.of(one.tag()),
        Optional.empty(),
        OptionalLong.of(one.value()),
        OptionalLong.of(one.lastUsedAtMillis()));
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
