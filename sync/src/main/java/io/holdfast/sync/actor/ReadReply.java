package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaEffect.Refusal;
import io.holdfast.sync.core.VersionedValue;
import java.util.Optional;

/** The answer to a read. */
public sealed interface ReadReply {

  /**
   * The key as of a slot.
   *
   * @param record its record, empty if it has none
   * @param revision the group's revision at {@code applied}
   * @param applied the slot, the read index or later
   */
  record Read(Optional<VersionedValue> record, long revision, Slot applied) implements ReadReply {}

  /**
   * The read was not done; it may be tried again.
   *
   * @param reason why
   */
  record Refused(Refusal reason) implements ReadReply {}
}
