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
 * @param maxAnswerBytes how much of keys and values an answer to a peer may hold
 */
public record RouterLimits(
    Duration forwardTimeout,
    int maxForwarded,
    int maxHere,
    Duration maxIdAhead,
    int maxAnswerBytes) {

  /** The way there and back, on a busy network. */
  private static final Duration FORWARD_MARGIN = Duration.ofSeconds(1);

  /** What holds the largest value, with the defaults. */
  private static final int ANSWER_BYTES = 1 << 20;

  /** With answers of 1 MiB. */
  public RouterLimits(Duration forwardTimeout, int maxForwarded, int maxHere, Duration maxIdAhead) {
    this(forwardTimeout, maxForwarded, maxHere, maxIdAhead, ANSWER_BYTES);
  }

  /** How long a forwarded request waits where acknowledgements may take this long. */
  public static Duration forwardTimeout(Duration ackTimeout) {
    return ackTimeout.plus(FORWARD_MARGIN);
  }

  public RouterLimits {
    if (forwardTimeout.isNegative() || forwardTimeout.isZero()) {
      throw new IllegalArgumentException("forwardTimeout " + forwardTimeout + ": must be positive");
    }
    if (maxForwarded < 1 || maxHere < 1) {
      throw new IllegalArgumentException(
          "maxForwarded " + maxForwarded + ", maxHere " + maxHere + ": at least 1 each");
    }
    if (maxAnswerBytes < 1) {
      throw new IllegalArgumentException("maxAnswerBytes " + maxAnswerBytes + ": at least 1");
    }
    if (maxIdAhead.isNegative()) {
      throw new IllegalArgumentException("maxIdAhead " + maxIdAhead + ": must not be negative");
    }
  }
}
