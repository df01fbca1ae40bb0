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

  /** Whether it is one of this activation, and not too old. */
  public boolean counts(Activation activation, long nowMillis) {
    return expected.equals(activation.expected())
        && resulting.equals(activation.resulting())
        && nowMillis - millis <= VALIDITY.toMillis();
  }
}
