package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node knows of itself and its peers.
 *
 * @param node its name
 * @param mesh the mesh's id
 * @param incarnation of its data directory, in hex
 * @param bootCount how often it was started on this directory
 * @param version of the software
 * @param state {@code starting}, {@code founding} (a new mesh whose members have not all met),
 *     {@code joining} (it waits to be let in), {@code running}, {@code stopping}
 * @param waitsFor what the node waits for before it takes part, in words; absent for nothing
 * @param httpAddr where its front door listens
 * @param meshAddr where its peers reach it
 * @param uptime since start
 * @param peers every peer, in order of name, itself excluded
 * @param groups every group of this node
 * @param lacking groups that it is to hold a replica of and cannot, each with why
 * @param disk where the data directory lies
 * @param clock its clocks
 * @param counters named counts and gauges: bytes of journal and store, synchronous writes, commits
 *     of the journal, events per commit
 */
public record NodeStatus(
    NodeId node,
    String mesh,
    String incarnation,
    long bootCount,
    String version,
    String state,
    Optional<String> waitsFor,
    String httpAddr,
    String meshAddr,
    Duration uptime,
    List<PeerStatus> peers,
    List<GroupStatus> groups,
    Map<String, String> lacking,
    DiskStatus disk,
    ClockStatus clock,
    Map<String, Double> counters) {

  public NodeStatus {
    peers = List.copyOf(peers);
    groups = List.copyOf(groups);
    lacking = Collections.unmodifiableMap(new TreeMap<>(lacking));
    counters = Map.copyOf(counters);
  }

  /** A group of this node. */
  public Optional<GroupStatus> group(GroupId name) {
    return groups.stream().filter(known -> known.group().equals(name.value())).findFirst();
  }

  /** A peer of this node. */
  public Optional<PeerStatus> peer(NodeId name) {
    return peers.stream().filter(known -> known.node().equals(name)).findFirst();
  }

  /**
   * A peer as seen from here.
   *
   * @param node its name
   * @param meshAddr where it is reached
   * @param httpAddr its front door; empty until it has said so
   * @param reachable whether it was heard lately
   * @param lastHeardMillis milliseconds since it was last heard; -1 for never
   * @param clockSkewMillis its wall clock less ours as last measured
   * @param detail why it is not reachable or was refused; empty when all is well
   */
  public record PeerStatus(
      NodeId node,
      String meshAddr,
      String httpAddr,
      boolean reachable,
      long lastHeardMillis,
      long clockSkewMillis,
      String detail) {

    /** Of a peer that shares no group with the node: there is nothing to be heard of it. */
    public static final String NOTHING_IN_COMMON = "no group in common";
  }
}
