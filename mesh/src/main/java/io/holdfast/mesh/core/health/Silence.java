package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Glimpse;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture.Other;
import java.util.Map;

/** Why a node is not heard, in words. */
final class Silence {

  /** Words and heartbeats of the same moment may be heard so far apart. */
  private static final long TOGETHER_MILLIS = 1_000;

  private Silence() {}

  /** Why a member is missing in a group. */
  static String inGroup(NodeStatus status, Map<NodeId, Other> others, NodeId member) {
    return status.peer(member).map(PeerStatus::reachable).orElse(false)
        ? member + " is heard, but not in this group"
        : of(status, others, member);
  }

  /** A peer that is not heard, and what is known of why. */
  static String of(NodeStatus status, Map<NodeId, Other> others, NodeId peer) {
    long since = status.peer(peer).map(PeerStatus::lastHeardMillis).orElse(-1L);
    Other other = others.get(peer);
    boolean last = other != null && (since < 0 || other.ageMillis() <= since + TOGETHER_MILLIS);
    if (other != null && last && other.glimpse().hasEnded()) {
      return "%s has ended: %s".formatted(peer, String.join("; ", other.glimpse().reasons()));
    }
    if (other != null && last && other.glimpse().state().equals(Glimpse.STOPPING)) {
      return peer + " was stopped";
    }
    return since < 0
        ? peer + " was never heard"
        : "%s is silent for %s".formatted(peer, NodeGates.seconds(since));
  }
}
