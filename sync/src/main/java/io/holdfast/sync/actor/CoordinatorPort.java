package io.holdfast.sync.actor;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaEffect;
import java.time.Duration;
import java.util.Optional;

/**
 * The local coordinator, as the cache-owner needs it. Calls come from the cache-owner's actor and
 * must not block. None may throw.
 */
public interface CoordinatorPort {

  /**
   * The replica starts: learned and applied up to here, by its store.
   *
   * @param slot the slot
   * @param chainHash h(slot)
   */
  void resumed(Slot slot, Digest chainHash);

  /** Every slot up to here is learned. */
  void learned(Slot slot);

  /** A slot was applied, with the outcome of each command in it. */
  void applied(ReplicaEffect.Applied applied);

  /** How long acknowledgements may take by the active policy, which need not say. */
  void ackTimeoutIs(Optional<Duration> byPolicy);

  /** Places a command of the leader's own; nobody waits for what becomes of it. */
  void propose(ByteString entry);
}
