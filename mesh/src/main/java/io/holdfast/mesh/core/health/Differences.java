package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture.Other;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What changes in the health of a node from one look to the next, and since when it is as it is. A
 * gate of which a look says nothing, since its group did not answer, is as it was. Not for several
 * threads at once.
 */
final class Differences {

  /** Takes what happened. */
  interface Told {
    void happened(Happening.Kind kind, Optional<GroupId> group, String text);
  }

  private record Key(GateKind kind, Optional<GroupId> group) {}

  private record Known(Gate.State state, String reason, long sinceNanos) {}

  private final Told told;
  private final Map<Key, Known> gates = new HashMap<>();
  private Set<NodeId> silent = Set.of();
  private boolean ready;

  Differences(Told told) {
    this.told = told;
  }

  /**
   * The same health, each gate with the time since when it is as it is.
   *
   * @param nowMillis by the wall clock; time is measured by the other one
   */
  Health aged(Health health, long nowNanos, long nowMillis) {
    List<Gate> aged = new ArrayList<>();
    for (Gate gate : health.gates()) {
      Known known = gates.get(new Key(gate.kind(), gate.group()));
      aged.add(
          known != null && known.state() == gate.state()
              ? gate.since(nowMillis - (nowNanos - known.sinceNanos()) / 1_000_000)
              : gate.since(nowMillis));
    }
    return new Health(aged);
  }

  /** Tells what is new in this look, and remembers it. */
  void tell(Health health, NodeStatus status, Map<NodeId, Other> others, long nowNanos) {
    for (Gate gate : health.gates()) {
      Key key = new Key(gate.kind(), gate.group());
      Known before = gates.get(key);
      // What is shut from the start is told too; what is open from the start is no news.
      Gate.State was = before == null ? Gate.State.OPEN : before.state();
      if (was != gate.state()) {
        tell(gate, was, before == null ? "" : before.reason());
      }
      long since = before != null && was == gate.state() ? before.sinceNanos() : nowNanos;
      gates.put(key, new Known(gate.state(), gate.reason(), since));
    }
    gates
        .keySet()
        .removeIf(key -> key.group().filter(group -> status.group(group).isEmpty()).isPresent());
    tellPeers(status, others);
    if (ready != health.ready()) {
      ready = health.ready();
      told.happened(
          ready ? Happening.Kind.READY : Happening.Kind.NOT_READY,
          Optional.empty(),
          ready
              ? "this node is ready"
              : "this node is not ready: " + health.troubles().get(0).reason());
    }
  }

  private void tell(Gate gate, Gate.State was, String reasonBefore) {
    if (gate.kind() == GateKind.LEADER || gate.kind() == GateKind.PEERS) {
      return; // told by name
    }
    boolean over = gate.state() == Gate.State.OPEN;
    Happening.Kind kind = over ? Happening.Kind.TROUBLE_OVER : Happening.Kind.TROUBLE;
    if (gate.kind() == GateKind.QUORUM && gate.state() == Gate.State.CLOSED) {
      kind = Happening.Kind.QUORUM_LOST;
    } else if (gate.kind() == GateKind.QUORUM && was == Gate.State.CLOSED) {
      kind = Happening.Kind.QUORUM_REGAINED;
    }
    told.happened(
        kind,
        gate.group(),
        gate.kind() + ": " + (over ? "over (" + reasonBefore + ")" : gate.reason()));
  }

  private void tellPeers(NodeStatus status, Map<NodeId, Other> others) {
    Set<NodeId> now = new TreeSet<>();
    for (PeerStatus peer : status.peers()) {
      if (!peer.reachable() && !peer.detail().equals(PeerStatus.NOTHING_IN_COMMON)) {
        now.add(peer.node());
        if (!silent.contains(peer.node())) {
          told.happened(
              Happening.Kind.PEER_LOST, Optional.empty(), Silence.of(status, others, peer.node()));
        }
      } else if (silent.contains(peer.node()) && peer.reachable()) {
        told.happened(Happening.Kind.PEER_HEARD, Optional.empty(), peer.node() + " is heard");
      }
    }
    silent = now;
  }
}
