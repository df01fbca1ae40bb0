package io.holdfast.sync.core;

/**
 * A lease as the log has it. How much of its time is left is known to the leader alone, who counts
 * from when it executed the grant or the last renewal, or began to lead.
 *
 * @param number its number, the revision at which it was granted
 * @param ttlMillis how long it lives without being renewed
 * @param renewal how often it was renewed
 * @param principal who asked for it; empty where nobody said
 */
public record Lease(long number, long ttlMillis, long renewal, String principal) {

  public Lease {
    if (number < 1
        || ttlMillis < 1
        || renewal < 0
        || principal.length() > ControlPin.MAX_PRINCIPAL_CHARACTERS) {
      throw new IllegalArgumentException(
          "lease %d of %d ms, renewed %d times, by a principal of %d characters"
              .formatted(number, ttlMillis, renewal, principal.length()));
    }
  }

  /** One that nobody in particular has asked for. */
  public Lease(long number, long ttlMillis, long renewal) {
    this(number, ttlMillis, renewal, "");
  }

  Lease renewed() {
    return new Lease(number, ttlMillis, renewal + 1, principal);
  }
}
