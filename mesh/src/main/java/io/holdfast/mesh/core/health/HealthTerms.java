package io.holdfast.mesh.core.health;

import java.time.Duration;

/**
 * From when on something is wrong.
 *
 * @param clockSkew the most that wall clocks may be apart
 * @param diskLow bytes of room below which a node warns
 * @param diskFull bytes of room below which it is not ready
 */
public record HealthTerms(Duration clockSkew, long diskLow, long diskFull) {

  /** For so long after it woke a node tells that it stood still, and of a jump of its clock. */
  static final Duration TELL = Duration.ofSeconds(5);

  /** A replica that is behind for no longer is catching up, as replicas do. */
  static final Duration LAG = Duration.ofSeconds(3);

  /** The words of a peer that are older say nothing of what it hears now. */
  static final Duration FRESH = Duration.ofSeconds(3);
}
