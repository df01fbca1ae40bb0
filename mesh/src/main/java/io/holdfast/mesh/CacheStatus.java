package io.holdfast.mesh;

/**
 * What a group's cache holds and does on this node. Counts are since the node started.
 *
 * @param generation how often the cache has rotated since the group began
 * @param keys keys in its two generations
 * @param currentKeys those of them in the current one
 * @param hits values that commands read and did not have to bring, since all replicas cache them
 * @param rotations rotations that this node executed
 * @param shippedValues values that commands brought with them
 * @param admissionStoreReads values that were read from the store to be shipped
 * @param storeReads reads of the store, whoever asked
 * @param storeReadsInApply reads of the store by the thread that executes commands, while it did:
 *     none, but for a bug (NoStoreReadInApply)
 * @param horizonRefusals commands that had no effect since too much was executed since admission
 * @param coverageViolations commands that had none since they would have gone beyond their plan: a
 *     bug
 */
public record CacheStatus(
    long generation,
    long keys,
    long currentKeys,
    long hits,
    long rotations,
    long shippedValues,
    long admissionStoreReads,
    long storeReads,
    long storeReadsInApply,
    long horizonRefusals,
    long coverageViolations) {}
