package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.List;

/**
 * What a node knows of replicas of a group whose chain hashes differ (id_drift).
 *
 * @param state {@code none}, {@code comparing}, {@code majority_seen} (others are wrong), {@code
 *     minority} (this one is, and serves nothing) or {@code no_majority} (nothing is written)
 * @param slot where they were compared; 0 while none is known
 * @param members who differ from this one; for {@code minority}, the majority against it
 * @param count how often another replica was found to differ since this node started
 */
public record DivergenceStatus(String state, long slot, List<NodeId> members, long count) {}
