package io.holdfast.sync.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.sync.core.ReplicaCounts;
import io.holdfast.sync.core.ReplicaLag;
import io.holdfast.sync.core.StateHeader;
import java.util.Optional;

/**
 * What a cache-owner shows of itself, for health, metrics and verification.
 *
 * @param state its state at the applied slot
 * @param counts what it has counted since it started
 * @param storeReads reads of the store, whoever asked
 * @param storeReadsInApply reads of the store on the very thread that applies, while it did; none
 *     but for a bug (NoStoreReadInApply)
 * @param learned the last learned slot
 * @param durable the last slot in the store
 * @param lag how far it is behind
 * @param stuck why it cannot catch up, while it cannot
 */
public record CacheOwnerStatus(
    StateHeader state,
    ReplicaCounts counts,
    long storeReads,
    long storeReadsInApply,
    Slot learned,
    Slot durable,
    ReplicaLag lag,
    Optional<String> stuck) {}
