package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaState;
import java.util.Optional;

/**
 * What a cache-owner shows of itself, for health, metrics and verification.
 *
 * @param state its state at the applied slot
 * @param learned the last learned slot
 * @param durable the last slot in the store
 * @param stuck why it cannot catch up, while it cannot
 */
public record CacheOwnerStatus(
    ReplicaState state, Slot learned, Slot durable, Optional<String> stuck) {}
