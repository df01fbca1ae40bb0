package io.holdfast.sync.core;

import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.SetHash;

/**
 * Under what a command was admitted (OneEpochPerWrite): it takes effect only while exactly this is
 * active.
 *
 * @param number the number of the epoch
 * @param setHash the hash of its set
 * @param principal who asked for it; empty where nobody said
 * @param millis when it was admitted, milliseconds since 1970 by the leader's clock
 */
public record ControlPin(long number, SetHash setHash, String principal, long millis) {

  /** The longest name of a principal. */
  static final int MAX_PRINCIPAL_CHARACTERS = 63;

  public ControlPin {
    if (number < 0 || millis < 0 || principal.length() > MAX_PRINCIPAL_CHARACTERS) {
      throw new IllegalArgumentException(
          "a pin to epoch %d, by a principal of %d characters, at %d ms"
              .formatted(number, principal.length(), millis));
    }
  }

  /** One to the active epoch. */
  public static ControlPin to(ControlEpoch active, String principal, long millis) {
    return new ControlPin(active.number(), active.setHash(), principal, millis);
  }
}
