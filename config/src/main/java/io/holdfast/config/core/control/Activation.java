package io.holdfast.config.core.control;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A set of manifests that shall be active instead of another one.
 *
 * @param expected the epoch that whoever asks for it has looked at
 * @param resulting the hash of the set that whoever asks for it means, and that others approved
 * @param changes by type, what shall be active from then on; empty: none of that type any more.
 *     Other types stay as they are
 * @param reason why, in the words of whoever asks for it; up to {@value #MAX_REASON_CHARACTERS}
 *     characters
 */
public record Activation(
    Expected expected,
    SetHash resulting,
    Map<ManifestType, Optional<ManifestDocument>> changes,
    String reason) {

  /** The longest reason. */
  public static final int MAX_REASON_CHARACTERS = 1000;

  public Activation {
    changes = Collections.unmodifiableMap(new TreeMap<>(changes));
    if (reason.length() > MAX_REASON_CHARACTERS) {
      throw new IllegalArgumentException(
          "reason: %d characters, allowed are %d"
              .formatted(reason.length(), MAX_REASON_CHARACTERS));
    }
  }

  /**
   * An epoch by number and hash.
   *
   * @param number its number, 0 or more
   * @param setHash the hash of its set
   */
  public record Expected(long number, SetHash setHash) {
    public Expected {
      if (number < 0) {
        throw new IllegalArgumentException("epoch " + number + ": must be 0 or more");
      }
    }

    /** That of an epoch that is active. */
    public static Expected of(ControlEpoch epoch) {
      return new Expected(epoch.number(), epoch.setHash());
    }

    /** Whether it is this one. */
    public boolean is(ControlEpoch epoch) {
      return epoch.is(number, setHash);
    }
  }
}
