package io.holdfast.config.core;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes that form one mesh, and how they reach each other.
 *
 * @param id the mesh's name, in the form of a group id; nodes of another mesh are refused
 * @param bind where this node listens for its peers; a wildcard is allowed
 * @param advertised where its peers reach this node; no wildcard
 * @param peers every node of the mesh, this one included, sorted by node id; 1 to 64
 * @param join whether a fresh data directory waits until the mesh lets it in, and founds nothing
 * @param alone whether this node is all of its mesh for good: it listens for no peers, and {@code
 *     bind} is a name and nothing more
 */
public record MeshSettings(
    String id,
    HostPort bind,
    HostPort advertised,
    List<PeerAddress> peers,
    boolean join,
    boolean alone) {

  /** Key of {@link #id}. */
  public static final String ID = "holdfast.mesh.id";

  /** Key of {@link #bind}. */
  public static final String ADDR = "holdfast.mesh.addr";

  /** Key of {@link #advertised}. */
  public static final String ADVERTISED_ADDR = "holdfast.mesh.advertised-addr";

  /** Key of {@link #peers}. */
  public static final String PEERS = "holdfast.mesh.peers";

  /** Key of {@link #join}. */
  public static final String JOIN = "holdfast.mesh.join";

  /** Key of {@link #alone}. */
  public static final String ALONE = "holdfast.mesh.alone";

  /** The most nodes that a mesh may have. */
  public static final int MAX_PEERS = 64;

  public MeshSettings {
    if (!GroupId.isValid(id)) {
      throw new IllegalArgumentException(ID + " = " + id + ": allowed are " + GroupId.ALLOWED);
    }
    if (bind.port() == 0) {
      throw new IllegalArgumentException(ADDR + " = " + bind + ": allowed is a port from 1");
    }
    if (!PeerAddress.isReachable(advertised)) {
      throw new IllegalArgumentException(
          ADVERTISED_ADDR + " = " + advertised + ": allowed is an address that peers can reach");
    }
    peers = peers.stream().sorted(Comparator.comparing(PeerAddress::node)).toList();
    if (peers.isEmpty() || peers.size() > MAX_PEERS) {
      throw new IllegalArgumentException(
          PEERS + " has " + peers.size() + " nodes: allowed is 1 to " + MAX_PEERS);
    }
    if (alone && (peers.size() > 1 || join)) {
      throw new IllegalArgumentException(
          ALONE + " = on: allowed without other nodes in " + PEERS + " and without " + JOIN);
    }
    Set<Object> seen = new HashSet<>();
    for (PeerAddress peer : peers) {
      if (!seen.add(peer.node()) || !seen.add(peer.address())) {
        throw new IllegalArgumentException(
            PEERS + ": " + peer + " repeats a node id or an address of another peer");
      }
    }
  }

  /** That of a node which founds its mesh with the others. */
  public MeshSettings(String id, HostPort bind, HostPort advertised, List<PeerAddress> peers) {
    this(id, bind, advertised, peers, false);
  }

  /** That of a node that has peers, or may have some one day. */
  public MeshSettings(
      String id, HostPort bind, HostPort advertised, List<PeerAddress> peers, boolean join) {
    this(id, bind, advertised, peers, join, false);
  }

  /** The ids of all nodes of the mesh, sorted. */
  public List<NodeId> members() {
    return peers.stream().map(PeerAddress::node).toList();
  }

  /** Where {@code node} is reached; empty if it is not of this mesh. */
  public Optional<HostPort> addressOf(NodeId node) {
    return peers.stream()
        .filter(peer -> peer.node().equals(node))
        .map(PeerAddress::address)
        .findFirst();
  }
}
