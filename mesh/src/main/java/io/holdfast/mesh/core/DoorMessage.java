package io.holdfast.mesh.core;

/** What a node's door understands: envelopes from peers, and what its own node tells it. */
public interface DoorMessage {}
