package io.holdfast.mesh;

/**
 * The clocks of a node, as its own watch sees them.
 *
 * @param wallMillis its wall clock, milliseconds since 1970
 * @param steppedMillis by how much the wall clock last jumped beside the monotonic one; 0 for never
 * @param sinceStepMillis milliseconds since then; -1 for never
 * @param stoodStillMillis for how long the process last did nothing at all; 0 for never
 * @param sinceStandstillMillis milliseconds since that was over; -1 for never
 */
public record ClockStatus(
    long wallMillis,
    long steppedMillis,
    long sinceStepMillis,
    long stoodStillMillis,
    long sinceStandstillMillis) {

  /** A clock of which nothing is known but the time. */
  public static ClockStatus at(long wallMillis) {
    return new ClockStatus(wallMillis, 0, -1, 0, -1);
  }
}
