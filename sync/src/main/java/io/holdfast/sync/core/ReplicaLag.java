package io.holdfast.sync.core;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a replica is behind, as far as it knows: one that hears nobody knows of nothing newer.
 *
 * @param slots chosen and not executed here
 * @param time since all that was known to be chosen was executed here, or since the start; zero
 *     while nothing is behind
 * @param snapshot how far a snapshot is that is being received
 */
public record ReplicaLag(long slots, Duration time, Optional<SnapshotProgress> snapshot) {}
