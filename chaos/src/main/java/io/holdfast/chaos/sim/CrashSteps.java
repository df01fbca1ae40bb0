package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** At which steps processes are going to be killed: whoever comes by there. */
final class CrashSteps {

  private static final class Armed {
    final CrashStep step;
    final int downMillis;
    int passes;

    Armed(Fault.CrashAtStep fault) {
      this.step = fault.step();
      this.passes = fault.passes();
      this.downMillis = fault.downMillis();
    }
  }

  private final List<Armed> armed = new ArrayList<>();

  void arm(Fault.CrashAtStep fault) {
    armed.add(new Armed(fault));
  }

  void disarm() {
    armed.clear();
  }

  boolean isArmed(CrashStep step) {
    return armed.stream().anyMatch(one -> one.step == step);
  }

  /** Somebody comes by: for how many milliseconds it is down; empty if it goes on. */
  OptionalInt reached(CrashStep step) {
    for (Armed one : armed) {
      if (one.step == step && one.passes-- == 0) {
        armed.remove(one);
        return OptionalInt.of(one.downMillis);
      }
    }
    return OptionalInt.empty();
  }
}
