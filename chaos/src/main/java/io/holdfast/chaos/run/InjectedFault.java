package io.holdfast.chaos.run;

import io.holdfast.chaos.run.Strike.Proof;
import java.time.Duration;
import java.util.List;

/**
 * A fault that is over.
 *
 * @param nodes whom it struck
 * @param from when it began, since the run's beginning
 * @param to when it was undone
 */
record InjectedFault(FaultForm form, List<String> nodes, Duration from, Duration to, Proof proof) {

  InjectedFault {
    nodes = List.copyOf(nodes);
  }

  FaultKind kind() {
    return form.kind();
  }

  /** Whether it was in force at some time between. */
  boolean overlaps(Duration begin, Duration end) {
    return from.compareTo(end) <= 0 && to.compareTo(begin) >= 0;
  }
}
