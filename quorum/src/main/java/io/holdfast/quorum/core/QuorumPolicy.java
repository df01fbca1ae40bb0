package io.holdfast.quorum.core;

import java.time.Duration;

/**
 * How many acknowledgements commit a write, and how long the coordinator waits before it says that
 * they did not come.
 *
 * @param n members, 1 or more
 * @param w acknowledgements that commit, the local one included; clamped to 1..n
 * @param ackTimeout from the first Accept sent to the verdict; positive
 * @param clockSkewWarn wall clocks further apart than this are warned of; they never fail a quorum;
 *     positive
 */
public record QuorumPolicy(int n, int w, Duration ackTimeout, Duration clockSkewWarn) {

  /** How long acknowledgements are waited for unless a policy says otherwise. */
  public static final Duration DEFAULT_ACK_TIMEOUT = Duration.ofSeconds(2);

  /** The skew that is warned of unless a policy says otherwise. */
  public static final Duration DEFAULT_CLOCK_SKEW_WARN = Duration.ofSeconds(30);

  public QuorumPolicy {
    if (n < 1) {
      throw new InvalidPolicy("n = " + n + ": a quorum needs at least 1 member");
    }
    requirePositive("ackTimeout", ackTimeout);
    requirePositive("clockSkewWarn", clockSkewWarn);
    w = Math.max(1, Math.min(n, w));
  }

  /** A true majority of {@code n}, for even n too, with the default times. */
  public static QuorumPolicy majorityOf(int n) {
    return new QuorumPolicy(n, majority(n), DEFAULT_ACK_TIMEOUT, DEFAULT_CLOCK_SKEW_WARN);
  }

  /** {@code floor(n / 2) + 1}. */
  public static int majority(int n) {
    return n / 2 + 1;
  }

  /** The smallest prepare quorum that intersects every accept quorum: {@code n - w + 1}. */
  public int prepareQuorum() {
    return n - w + 1;
  }

  private static void requirePositive(String field, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new InvalidPolicy(field + " = " + value + ": must be positive");
    }
  }
}
