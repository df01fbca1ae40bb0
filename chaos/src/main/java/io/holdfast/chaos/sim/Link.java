package io.holdfast.chaos.sim;

/**
 * One direction between two nodes.
 *
 * @param from the index of the sender
 * @param to the index of the receiver
 */
record Link(int from, int to) {
  @Override
  public String toString() {
    return "n" + from + ">n" + to;
  }
}
