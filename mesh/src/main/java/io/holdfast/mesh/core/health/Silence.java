package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture.Other;
import java.util.Map;

/** Why a node is not heard, in words. */
final class Silence {

  private Silence() {}

  /** A peer that is not heard, and what is known of why. */
  static String of(NodeStatus status, Map<NodeId, Other> others, NodeId peer) {
    Other other = others.get(peer);
    String state = other == null ? "" : other.glimpse().state();
    if (other != null && state.equals(Glimpse.FAILED)) {
      return "%s has ended: %s".formatted(peer, String.join("; ", other.glimpse().reasons()));
    }
    if (state.equals("stopping")) {
      return peer + " was stopped";
    }
    long since = status.peer(peer).map(PeerStatus::lastHeardMillis).orElse(-1L);
    return since < 0
        ? peer + " was never heard"
        : "%s is silent for %s".formatted(peer, NodeGates.seconds(since));
  }
}
