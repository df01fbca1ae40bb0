package io.holdfast.chaos.sim;

/**
 * What the network does to messages.
 *
 * @param loss the share of messages that are lost
 * @param duplication the share that arrive twice
 * @param stragglers the share that take up to {@code maxDelayMillis}
 * @param maxDelayMillis how long a straggler takes at most; others take a few milliseconds
 */
record Weather(double loss, double duplication, double stragglers, int maxDelayMillis) {

  static final Weather FAIR = new Weather(0, 0, 0, 0);
}
