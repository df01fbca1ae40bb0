package io.holdfast.mesh.metrics;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds the newest sample of what the actors of a node say of themselves, so that a scrape asks
 * none of them. It is told a sample about once a second. For any thread.
 */
public final class MetricsSampler {

  /** The most pools of a group that are shown; of more, the first by name. */
  static final int MAX_POOLS = 100;

  /** Roles of groups that do not answer: their numbers are none. */
  private static final Set<String> SILENT = Set.of("silent", "renewing");

  private volatile Map<GroupId, GroupStatus> groups = Map.of();
  private volatile Map<NodeId, PeerStatus> peers = Map.of();
  private volatile Map<GroupId, ControlStatus> control = Map.of();
  private volatile Optional<NodeStatus> node = Optional.empty();
  private volatile long sampledNanos;
  private final Map<GroupId, List<PoolUsage>> pools = new ConcurrentHashMap<>();

  /** What each group said when it last answered: counts do not go back while it is silent. */
  private final Map<GroupId, GroupStatus> answered = new ConcurrentHashMap<>();

  /**
   * The node is like this now.
   *
   * @param status what it says of itself and its groups
   * @param known what is active in each group, where that is known
   */
  public void sampled(NodeStatus status, Map<GroupId, ControlStatus> known) {
    Map<GroupId, GroupStatus> byName = new HashMap<>();
    for (GroupStatus group : status.groups()) {
      GroupId name = new GroupId(group.group());
      byName.put(name, group);
      if (!SILENT.contains(group.role())) {
        answered.put(name, group);
      }
    }
    answered.keySet().retainAll(byName.keySet());
    pools.keySet().retainAll(byName.keySet());
    Map<NodeId, PeerStatus> seen = new HashMap<>();
    status.peers().forEach(peer -> seen.put(peer.node(), peer));
    groups = Map.copyOf(byName);
    peers = Map.copyOf(seen);
    control = Map.copyOf(known);
    sampledNanos = System.nanoTime();
    node = Optional.of(status);
  }

  /** The pools of a group are given so far. */
  public void sampled(GroupId group, List<PoolUsage> used) {
    pools.put(group, used.stream().limit(MAX_POOLS).toList());
  }

  Optional<NodeStatus> node() {
    return node;
  }

  /** Since the newest sample, in seconds; not a number before the first. */
  double ageSeconds() {
    return node.isEmpty() ? Double.NaN : (System.nanoTime() - sampledNanos) / 1e9;
  }

  Optional<GroupStatus> group(GroupId name) {
    return Optional.ofNullable(groups.get(name));
  }

  Optional<GroupStatus> lastAnswer(GroupId name) {
    return Optional.ofNullable(answered.get(name));
  }

  Optional<ControlStatus> control(GroupId name) {
    return Optional.ofNullable(control.get(name));
  }

  Map<NodeId, PeerStatus> peers() {
    return peers;
  }

  List<PoolUsage> pools(GroupId name) {
    return pools.getOrDefault(name, List.of());
  }
}
