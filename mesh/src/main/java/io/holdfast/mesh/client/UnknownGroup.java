package io.holdfast.mesh.client;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.Exchange.Request;
import java.util.Optional;

/**
 * A node that does not have a group says nothing of the others: each endpoint is asked before that
 * is the answer. Of one call; used on its event loop only.
 */
final class UnknownGroup {

  private final int endpoints;
  private int said;

  /**
   * @param endpoints how many there are, from 1
   */
  UnknownGroup(int endpoints) {
    this.endpoints = endpoints;
  }

  /** One more endpoint does not know the group. */
  <T> Call.Step<T> step(T answer, Request request) {
    said++;
    return said >= endpoints
        ? new Call.Settled<>(answer)
        : new Call.Again<>(
            answer,
            request,
            OutcomeCode.UNKNOWN_GROUP.code(),
            false,
            true,
            false,
            Optional.empty());
  }
}
