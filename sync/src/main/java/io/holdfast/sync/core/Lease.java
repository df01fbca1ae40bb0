package io.holdfast.sync.core;

/**
 * A lease as the log has it. How much of its time is left is known to the leader alone, who counts
 * from when it executed the grant or the last renewal, or began to lead.
 *
 * @param number its number, the revision at which it was granted
 * @param ttlMillis how long it lives without being renewed
 * @param renewal how often it was renewed
 */
public record Lease(long number, long ttlMillis, long renewal) {

  public Lease {
    if (number < 1 || ttlMillis < 1 || renewal < 0) {
      throw new IllegalArgumentException(
          "lease %d of %d ms, renewed %d times".formatted(number, ttlMillis, renewal));
    }
  }

  Lease renewed() {
    return new Lease(number, ttlMillis, renewal + 1);
  }
}
