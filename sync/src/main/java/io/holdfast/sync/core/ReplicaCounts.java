package io.holdfast.sync.core;

/**
 * What a replica has counted since it started.
 *
 * @param applied what was counted while applying
 * @param admissionStoreReads values that admission had to read from the store
 * @param admissionHits values of which admission found that every replica has them in its cache, so
 *     that they need not be shipped
 * @param cachedKeys keys in the two generations of the cache now
 * @param currentKeys those of them in the current one
 */
public record ReplicaCounts(
    ApplyCounts applied,
    long admissionStoreReads,
    long admissionHits,
    long cachedKeys,
    long currentKeys) {}
