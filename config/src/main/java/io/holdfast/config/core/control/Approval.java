package io.holdfast.config.core.control;

import java.time.Duration;

/**
 * That somebody whom the policy names agrees to an activation.
 *
 * @param expected the epoch that the activation has to find
 * @param resulting the hash of the set that it has to come to
 * @param by the approver's principal
 * @param millis when, milliseconds since 1970 by the leader that took it
 */
public record Approval(Activation.Expected expected, SetHash resulting, String by, long millis) {

  /** How long it counts. */
  public static final Duration VALIDITY = Duration.ofHours(24);

  /** How far ahead the clock may have been of the leader that took it. */
  public static final Duration MAX_AHEAD = Duration.ofMinutes(5);

  /** Whether it is one of exactly this, and not too old. */
  boolean counts(Activation.Expected found, SetHash set, long nowMillis) {
    long age = nowMillis - millis;
    return expected.equals(found)
        && resulting.equals(set)
        && age <= VALIDITY.toMillis()
        && age >= -MAX_AHEAD.toMillis();
  }
}
