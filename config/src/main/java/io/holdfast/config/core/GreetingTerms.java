package io.holdfast.config.core;

import java.util.Set;

/**
 * What a node expects of a greeting, from its settings.
 *
 * @param self the node that is greeted
 * @param meshId its mesh
 * @param fingerprint its own view of the groups shared with the greeting node
 * @param peers the nodes of its mesh; only they may be remembered, so the ledger stays bounded
 */
public record GreetingTerms(NodeId self, String meshId, String fingerprint, Set<NodeId> peers) {

  public GreetingTerms {
    peers = Set.copyOf(peers);
  }

  /** The same, of a node that shares no group with the other until the mesh has let it in. */
  public GreetingTerms whatever(String theirs) {
    return new GreetingTerms(self, meshId, theirs, peers);
  }
}
