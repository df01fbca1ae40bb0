package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.Optional;

/**
 * How a replica's chain of hashes stands at a slot. Replicas that have executed the same log have
 * the same hash there (DeterministicApply).
 *
 * @param node whose replica
 * @param applied the last slot that it has executed
 * @param slot the slot asked for
 * @param chainHash the hash there, in hexadecimal; absent where the slot is not executed yet, or so
 *     long ago that it is not remembered: some thousand slots are
 */
public record ChainPoint(NodeId node, long applied, long slot, Optional<String> chainHash) {}
