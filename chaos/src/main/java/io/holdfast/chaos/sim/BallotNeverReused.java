package io.holdfast.chaos.sim;

import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ballot serves one attempt of one process. It is used once others hear of it: an attempt whose
 * own promise a crash lost has asked nobody else.
 */
final class BallotNeverReused extends Invariant {

  private record Attempt(@Nullable SimBoot boot, Slot fromSlot) {}

  private final Map<Ballot, Attempt> attempts = new HashMap<>();

  @Override
  public void requested(SimNode at, MemberId to, AcceptorRequest request) {
    if (request instanceof AcceptorRequest.Prepare prepare && !to.equals(at.self())) {
      Attempt attempt = new Attempt(at.boot(), prepare.fromSlot());
      Attempt first = attempts.putIfAbsent(prepare.ballot(), attempt);
      check(
          first == null || first.equals(attempt),
          "%s prepares %s from slot %s; the ballot was used before, from slot %s",
          at,
          prepare.ballot(),
          prepare.fromSlot(),
          first == null ? "" : first.fromSlot());
    }
  }
}
