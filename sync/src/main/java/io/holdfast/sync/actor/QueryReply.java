package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.ReplicaEffect.Refusal;

/** The answer to a query. */
public sealed interface QueryReply {

  /**
   * What was read.
   *
   * @param result what is there, or why it cannot be read for good
   * @param applied the slot as of which the newest revision is meant, the read index or later
   */
  record Answered(ReadResult result, Slot applied) implements QueryReply {}

  /**
   * It was not done; it may be tried again.
   *
   * @param reason why
   */
  record Refused(Refusal reason) implements QueryReply {}
}
