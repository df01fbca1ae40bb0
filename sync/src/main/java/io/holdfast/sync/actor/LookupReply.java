package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.WriteLookup;

/** The answer to a lookup of a write id. */
public sealed interface LookupReply {

  /**
   * What is known as of a slot.
   *
   * @param lookup what is known
   * @param applied the slot, the read index or later
   */
  record Known(WriteLookup lookup, Slot applied) implements LookupReply {}

  /**
   * The lookup was not done; it may be tried again.
   *
   * @param reason why
   */
  record Refused(Refusal reason) implements LookupReply {}
}
