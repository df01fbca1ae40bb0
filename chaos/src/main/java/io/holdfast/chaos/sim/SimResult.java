package io.holdfast.chaos.sim;

import java.util.Optional;

/**
 * How a run ended.
 *
 * @param scenario what was run
 * @param failure what went wrong, if anything did
 * @param coverage what happened
 * @param virtualNanos how long it took for the mesh
 * @param traceHash of the transcript; empty without one
 */
record SimResult(
    Scenario scenario,
    Optional<Failure> failure,
    Coverage coverage,
    long virtualNanos,
    String traceHash) {

  /**
   * A rule was broken, or the mesh did not come to rest.
   *
   * @param invariant the rule's name; {@link #LIVENESS} when it did not come to rest
   * @param facts what was seen
   */
  record Failure(String invariant, String facts) {

    static final String LIVENESS = "liveness";

    boolean isLiveness() {
      return invariant.equals(LIVENESS);
    }
  }
}
