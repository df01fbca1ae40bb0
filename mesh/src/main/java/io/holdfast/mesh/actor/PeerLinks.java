package io.holdfast.mesh.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.NodeIdentity;
import io.holdfast.mesh.core.Envelope;
import io.holdfast.mesh.core.Envelope.Body;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to each peer's door, by its address in the directory of the mesh, else in the settings.
 * It depends on no cluster membership: a message goes out as soon as the peer can be reached, or is
 * lost. For any thread.
 */
final class PeerLinks {

  /** The name of the actor system on every node. */
  static final String SYSTEM = "holdfast";

  /** The name of the actor that hears the peers. */
  static final String DOOR = "door";

  private final NodeIdentity self;
  private final Outbound outbound;
  private final ActorRefResolver resolver;
  private final Map<NodeId, ActorRef<Envelope>> doors = new ConcurrentHashMap<>();

  /** Where they have said that they are. */
  private final Map<MemberId, HostPort> said = new ConcurrentHashMap<>();

  private volatile MeshDirectory followed = MeshDirectory.NONE;

  PeerLinks(ActorSystem<?> system, NodeIdentity self, MeshSettings mesh, Outbound outbound) {
    this.self = self;
    this.outbound = outbound;
    this.resolver = ActorRefResolver.get(system);
    mesh.peers().forEach(peer -> doors.put(peer.node(), doorAt(peer.address())));
  }

  private ActorRef<Envelope> doorAt(HostPort address) {
    return resolver.resolveActorRef("akka://" + SYSTEM + "@" + address + "/user/" + DOOR);
  }

  /** Peers are where the directory says, as far as it says something new. */
  void follow(MeshDirectory directory) {
    MeshDirectory before = followed;
    followed = directory;
    directory
        .nodes()
        .forEach(
            (name, node) -> {
              if (!node.equals(before.nodes().get(name))) {
                doors.put(name, doorAt(node.address()));
                said.keySet().removeIf(member -> member.node().equals(name));
              }
            });
  }

  /** A peer has said where it is, which is newer than what is written anywhere. */
  void peerAt(MemberId peer, HostPort address) {
    if (!address.equals(said.put(peer, address))) {
      doors.put(peer.node(), doorAt(address));
    }
  }

  /** Where peers have said that they are, since this node started. */
  Map<MemberId, HostPort> said() {
    return Map.copyOf(said);
  }

  /** The same as {@link #send}, to whoever is at that address. */
  void sendTo(NodeId to, HostPort address, Body body) {
    outbound.send(to, new Envelope(self.member(), self.bootNonce(), body), doorAt(address)::tell);
  }

  void send(NodeId to, Body body) {
    ActorRef<Envelope> door = doors.get(to);
    if (door != null) {
      outbound.send(to, new Envelope(self.member(), self.bootNonce(), body), door::tell);
    }
  }
}
