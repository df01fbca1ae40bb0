package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.Optional;

/** The problem of a question that changes nothing and that the node left without an answer. */
final class Unanswered {

  private Unanswered() {}

  static Problem problem(Duration waited) {
    return Problem.of(
            OutcomeCode.NOT_READY, "this node gave no answer within " + waited.toMillis() + " ms")
        .withRetryAfter(Optional.of(Duration.ofSeconds(1)));
  }
}
