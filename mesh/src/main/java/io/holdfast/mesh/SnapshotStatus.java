package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;

/**
 * How far a snapshot is that a node receives because the log does not go back far enough for it.
 *
 * @param from the node that sends it
 * @param slot the last slot whose effects are in it
 * @param receivedBytes what has arrived in this attempt
 * @param aboutBytes what this attempt takes in all, about
 */
public record SnapshotStatus(NodeId from, long slot, long receivedBytes, long aboutBytes) {}
