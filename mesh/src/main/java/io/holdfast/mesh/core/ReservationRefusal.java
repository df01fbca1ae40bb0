package io.holdfast.mesh.core;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationOutcome.Refused;
import io.holdfast.sync.core.reservation.ReservationText;
import java.time.Instant;
import java.util.Optional;

/** Why something about reservations was not done, as clients are told. */
public final class ReservationRefusal {

  private ReservationRefusal() {}

  /** The code of an answer that says so. */
  public static OutcomeCode code(Refused refused) {
    return OutcomeCode.ofCode(refused.code().code());
  }

  /** The sentence for a person. It names who holds the number, where that is known. */
  public static String detail(Refused refused) {
    // What is told once more, in short, names no pool.
    String pool = refused.pool().isEmpty() ? "the pool" : "pool " + refused.pool();
    String number =
        refused.value().map(value -> value + " of " + pool).orElse("A number of " + pool);
    Optional<String> holder = refused.holder().map(ReservationRefusal::words);
    return switch (refused.code()) {
      case UNKNOWN_POOL ->
          "There is no "
              + (refused.pool().isEmpty() ? "such pool" : pool)
              + "; the pools manifest says which there are.";
      case POOL_EXHAUSTED -> "No number of " + pool + " is free.";
      case CONFLICT -> conflict(refused, number);
      case OUTSIDE_RANGE -> number + " lies outside the pool; force gives it all the same.";
      case EXCLUDED -> number + " is excluded; force gives it all the same.";
      case STICKY ->
          number
              + holder.map(who -> " is " + who).orElse("")
              + ": that stays as it is unless force changes it.";
      case NOT_OWNER ->
          number
              + holder.map(who -> " is " + who).orElse("")
              + ": it belongs to another principal.";
      case NOTHING_THERE -> "There is nothing to migrate at that path.";
      case TOO_MANY ->
          "There would be more than there may be, or more would change, or be looked at, at once.";
      case PATH_TOO_LONG ->
          "%s would have a path of more than %d bytes."
              .formatted(number, ReservationText.MAX_PATH_BYTES);
    };
  }

  /** Who has a number, in words: as what is told of an exclusive choice must name somebody. */
  private static String conflict(Refused refused, String number) {
    if (refused.holder().isEmpty()) {
      return number + " is somebody else's, or its owner has another one.";
    }
    Reservation holder = refused.holder().get();
    boolean ofHolder = refused.value().filter(value -> value == holder.value()).isPresent();
    return ofHolder
        ? number + " is " + words(holder) + "."
        : "%s%s has %d of pool %s already, so not %s; force moves it."
            .formatted(
                holder.path(),
                tag(holder),
                holder.value(),
                holder.pool(),
                refused.value().orElse(holder.value()));
  }

  /** Whose a number is. */
  public static String words(Reservation one) {
    StringBuilder words = new StringBuilder("reserved by ").append(one.path()).append(tag(one));
    words.append(" on host ").append(one.host());
    if (!one.project().isEmpty()) {
      words.append(", project '").append(one.project()).append('\'');
    }
    if (!one.task().isEmpty()) {
      words.append(", task '").append(one.task()).append('\'');
    }
    if (!one.principal().isEmpty()) {
      words.append(", principal '").append(one.principal()).append('\'');
    }
    return words
        .append(", last used ")
        .append(Instant.ofEpochMilli(one.lastUsedAtMillis()))
        .toString();
  }

  private static String tag(Reservation one) {
    return one.tag().isEmpty() ? "" : " (tag '" + one.tag() + "')";
  }
}
