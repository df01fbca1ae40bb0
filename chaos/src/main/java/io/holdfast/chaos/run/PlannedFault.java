package io.holdfast.chaos.run;

import java.time.Duration;

/**
 * A fault of a schedule.
 *
 * @param from when it begins, since the run's beginning
 * @param length how long it is in force
 * @param draw decides what is left open: which node, how much
 */
record PlannedFault(FaultForm form, Duration from, Duration length, int draw) {

  PlannedFault {
    if (from.isNegative() || length.isNegative() || draw < 0) {
      throw new IllegalArgumentException(
          "from " + from + ", length " + length + ", draw " + draw + ": none may be negative");
    }
  }

  /** The same, so much later. */
  PlannedFault after(Duration delay) {
    return new PlannedFault(form, from.plus(delay), length, draw);
  }
}
