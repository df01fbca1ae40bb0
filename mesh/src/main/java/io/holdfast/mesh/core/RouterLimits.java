package io.holdfast.mesh.core;

import java.time.Duration;

/**
 * Bounds and waits of a {@link RequestRouter}.
 *
 * @param forwardTimeout how long a forwarded request waits for its answer: the verdict's deadline
 *     and the way there and back
 * @param maxForwarded how many requests may wait for another node
 * @param maxHere how many requests may wait for this node's coordinator or replica
 * @param maxIdAhead how far a write id may be dated ahead of this node's wall clock
 */
public record RouterLimits(
    Duration forwardTimeout, int maxForwarded, int maxHere, Duration maxIdAhead) {

  public RouterLimits {
    if (forwardTimeout.isNegative() || forwardTimeout.isZero()) {
      throw new IllegalArgumentException("forwardTimeout " + forwardTimeout + ": must be positive");
    }
    if (maxForwarded < 1 || maxHere < 1) {
      throw new IllegalArgumentException(
          "maxForwarded " + maxForwarded + ", maxHere " + maxHere + ": at least 1 each");
    }
    if (maxIdAhead.isNegative()) {
      throw new IllegalArgumentException("maxIdAhead " + maxIdAhead + ": must not be negative");
    }
  }
}
