package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.config.core.PeerAddress;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.Body;
import java.util.HashMap;
import java.util.Map;

/**
 * The way to each peer's door, by its configured address. It depends on no cluster membership: a
 * message goes out as soon as the peer can be reached, or is lost.
 */
final class PeerLinks {

  /** The name of the actor system on every node. */
  static final String SYSTEM = "holdfast";

  /** The name of the actor that hears the peers. */
  static final String DOOR = "door";

  private final NodeIdentity self;
  private final Outbound outbound;
  private final Map<NodeId, ActorRef<Envelope>> doors = new HashMap<>();

  PeerLinks(ActorSystem<?> system, NodeIdentity self, MeshSettings mesh, Outbound outbound) {
    this.self = self;
    this.outbound = outbound;
    ActorRefResolver resolver = ActorRefResolver.get(system);
    for (PeerAddress peer : mesh.peers()) {
      String path = "akka://" + SYSTEM + "@" + peer.address() + "/user/" + DOOR;
      doors.put(peer.node(), resolver.resolveActorRef(path));
    }
  }

  void send(NodeId to, Body body) {
    ActorRef<Envelope> door = doors.get(to);
    if (door != null) {
      outbound.send(to, new Envelope(self.member(), self.bootNonce(), body), door::tell);
    }
  }
}
