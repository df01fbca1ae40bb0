package io.holdfast.chaos.sim;

/**
 * A seed that failed.
 *
 * @param seed the seed
 * @param invariant the broken rule, or {@code liveness}
 * @param facts what was seen
 * @param replay the command that shows it again
 */
public record FailedSeed(long seed, String invariant, String facts, String replay) {}
