package io.holdfast.chaos.power;

import java.io.IOException;

/** What every file operation of a process meets whose machine has no power. */
final class PowerCut extends IOException {

  private static final long serialVersionUID = 1L;

  PowerCut() {
    super("the power is off");
  }
}
