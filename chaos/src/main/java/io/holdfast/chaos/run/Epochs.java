package io.holdfast.chaos.run;

/**
 * Which keys are written at present: after so many turns others, so that no key has more of a
 * history than can be checked quickly. Safe for use by several threads.
 */
final class Epochs {

  private final int turns;
  private int left;
  private int epoch;

  /**
   * @param turns of an epoch
   */
  Epochs(int turns) {
    this.turns = turns;
    this.left = turns;
  }

  /** The epoch of this turn, from 0. */
  synchronized int next() {
    if (left == 0) {
      left = turns;
      epoch++;
    }
    left--;
    return epoch;
  }

  /** How many epochs there have been. */
  synchronized int count() {
    return epoch + 1;
  }
}
