package io.holdfast.mesh;

import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.NodeId;

/**
 * A node that is to be let in.
 *
 * @param node its name
 * @param incarnation of its data directory
 * @param address where its peers reach it: no wildcard, port 1 to 65535
 */
public record NodeForm(NodeId node, long incarnation, HostPort address) {}
