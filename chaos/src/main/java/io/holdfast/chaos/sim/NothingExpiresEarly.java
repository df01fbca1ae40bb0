package io.holdfast.chaos.sim;

import io.holdfast.sync.core.CommandOutcome;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.WriteCommand;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import io.holdfast.sync.core.reservation.ReservationOutcome.Kind;
import io.holdfast.sync.core.reservation.ValueKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A reservation ends by time only when nobody has asked for it for as long as its pool says. */
final class NothingExpiresEarly extends EachCommand {

  /** When each number was last asked for, by the pins of who did. */
  private final Map<ValueKey, Long> used = new HashMap<>();

  NothingExpiresEarly(ReferenceModel reference) {
    super(reference);
  }

  @Override
  void executed(ReplicaEffect.Applied in, WriteCommand write, CommandOutcome outcome) {
    if (outcome.replayed() || !(outcome.result() instanceof CommandResult.ReservationsDone done)) {
      return;
    }
    long millis = write.pin().orElseThrow().millis();
    for (Entry entry : done.entries().orElse(List.of())) {
      Reservation one = entry.reservation();
      if (entry.kind() == Kind.EXPIRED) {
        check(
            millis - used.getOrDefault(one.valueKey(), millis) >= expiryMillis(one),
            "slot %s: %s expires at %d, and was asked for at %s",
            in.slot(),
            one,
            millis,
            used.get(one.valueKey()));
      } else if (entry.kind() == Kind.KEPT) {
        used.merge(one.valueKey(), millis, Math::max);
      } else if (entry.kind() != Kind.MIGRATED) {
        used.put(one.valueKey(), millis);
      }
    }
  }

  private long expiryMillis(Reservation one) {
    return under().active().pools().stream()
        .filter(pool -> pool.name().equals(one.pool()))
        .findFirst()
        .flatMap(pool -> pool.expiry())
        .orElseThrow()
        .toMillis();
  }
}
