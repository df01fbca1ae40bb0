package io.holdfast.mesh.metrics;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture;
import io.holdfast.mesh.PoolStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Holds the newest sample of what the actors of a node say of themselves, so that a scrape asks
 * none of them. It is told one about twice a second, also where the node could not look at itself.
 * For any thread.
 */
public final class MetricsSampler {

  private volatile Map<GroupId, GroupStatus> groups = Map.of();
  private volatile Map<NodeId, PeerStatus> peers = Map.of();
  private volatile Optional<Picture> picture = Optional.empty();
  private volatile long lookedNanos;
  private final LongSupplier nanoTime;

  /** What each group said when it last answered: counts do not go back while it is silent. */
  private final Map<GroupId, GroupStatus> answered = new ConcurrentHashMap<>();

  MetricsSampler() {
    this(System::nanoTime);
  }

  /**
   * @param nanoTime monotonic
   */
  MetricsSampler(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The node is like this now. */
  @SuppressWarnings("ReferenceEquality") // another look may have seen the same
  public void sampled(Picture seen) {
    NodeStatus status = seen.status();
    Map<GroupId, GroupStatus> byName = new HashMap<>();
    for (GroupStatus group : status.groups()) {
      GroupId name = new GroupId(group.group());
      byName.put(name, group);
      if (group.answers()) {
        answered.put(name, group);
      }
    }
    answered.keySet().retainAll(byName.keySet());
    Map<NodeId, PeerStatus> heard = new HashMap<>();
    status.peers().forEach(peer -> heard.put(peer.node(), peer));
    groups = Map.copyOf(byName);
    peers = Map.copyOf(heard);
    if (node().filter(before -> before == status).isEmpty()) {
      lookedNanos = nanoTime.getAsLong(); // else it could not look: that is what it saw last
    }
    picture = Optional.of(seen);
  }

  Optional<NodeStatus> node() {
    return picture.map(Picture::status);
  }

  /** How well the node is; not known before the first sample. */
  Health health() {
    return picture.map(Picture::health).orElse(Health.UNKNOWN);
  }

  /** The state of a gate, from good to bad, from 0; not a number where there is no such gate. */
  double gate(GateKind kind, Optional<GroupId> group) {
    return health().gates().stream()
        .filter(gate -> gate.kind() == kind && gate.group().equals(group))
        .mapToDouble(gate -> gate.state().severity())
        .findFirst()
        .orElse(Double.NaN);
  }

  /**
   * Since the node was last able to look at itself, in seconds; not a number before the first time.
   */
  double ageSeconds() {
    return picture.isEmpty() ? Double.NaN : (nanoTime.getAsLong() - lookedNanos) / 1e9;
  }

  Optional<GroupStatus> group(GroupId name) {
    return Optional.ofNullable(groups.get(name));
  }

  /** How the group is; nothing while it does not answer: its numbers would all be 0. */
  Optional<GroupStatus> shown(GroupId name) {
    return group(name).filter(GroupStatus::answers);
  }

  Optional<GroupStatus> lastAnswer(GroupId name) {
    return Optional.ofNullable(answered.get(name));
  }

  Optional<Picture.Control> control(GroupId name) {
    return picture.map(seen -> seen.control().get(name.value()));
  }

  Map<NodeId, PeerStatus> peers() {
    return peers;
  }

  List<PoolStatus> pools(GroupId name) {
    return picture.map(seen -> seen.pools().get(name.value())).orElse(List.of());
  }
}
