package io.holdfast.sync.core;

/**
 * What a replica has counted since it started.
 *
 * @param applied what was counted while applying
 * @param admissionStoreReads values that admission had to read from the store
 * @param cachedKeys keys in the two generations of the cache now
 */
public record ReplicaCounts(ApplyCounts applied, long admissionStoreReads, long cachedKeys) {}
