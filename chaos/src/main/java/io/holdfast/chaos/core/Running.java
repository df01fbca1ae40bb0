package io.holdfast.chaos.core;

import java.util.BitSet;

/** The known operations that are running at one level: invoked, and not returned before it. */
final class Running {

  private final Transitions transitions;
  private final BitSet invoked;
  private int level = -1;

  Running(Transitions transitions) {
    this.transitions = transitions;
    invoked = new BitSet(transitions.known());
  }

  /** Goes to another level; what that costs grows with the distance. */
  void moveTo(int wanted) {
    int from = transitions.arrived(level);
    int to = transitions.arrived(wanted);
    for (int i = from; i < to; i++) {
      invoked.set(transitions.arrival(i));
    }
    for (int i = to; i < from; i++) {
      invoked.clear(transitions.arrival(i));
    }
    level = wanted;
  }

  /** The one that returns first, or -1. */
  int first() {
    return invoked.nextSetBit(Math.max(0, level));
  }

  /** The one that returns next after {@code operation}, or -1. */
  int after(int operation) {
    return invoked.nextSetBit(operation + 1);
  }
}
