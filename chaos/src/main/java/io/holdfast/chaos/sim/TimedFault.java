package io.holdfast.chaos.sim;

/**
 * A fault and when it happens.
 *
 * @param atNanos since the run began
 */
record TimedFault(long atNanos, Fault fault) {}
