package io.holdfast.mesh.actor;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.KnownPeer;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The groups that a node takes part in; none until the node is admitted. For any thread. */
final class RunningGroups {

  private volatile Map<GroupId, GroupNode> groups = Map.of();
  private volatile boolean begun;
  private final Set<GroupId> led = ConcurrentHashMap.newKeySet();

  /**
   * Starts the groups of which this node is a member, and shows them once all have started.
   *
   * <p>Blocks: see {@link GroupNode}.
   *
   * @param founders the members of all groups of this node
   * @param hosted groups of which it holds a replica though it did not found them
   * @return for each group, who hears what greeted peers say about it
   * @throws RuntimeException the store's or the journal's, where one of them cannot be read; what
   *     had started by then still ends with the node
   */
  Map<GroupId, Consumer<Heard>> start(
      NodeParts node, DataDirectory directory, List<MemberId> founders, Set<GroupId> hosted) {
    Map<GroupId, GroupNode> started = new TreeMap<>();
    try {
      for (GroupSettings group : node.settings().groups()) {
        if (group.members().contains(node.self().node())) {
          GroupNode running =
              new GroupNode(node, group, founders, directory.storeFile(group.name()));
          started.put(group.name(), running);
        } else if (hosted.contains(group.name())) {
          started.put(group.name(), hosted(node, directory, group));
        }
      }
    } finally {
      groups = started;
      begun = true;
    }
    return listeners();
  }

  private Map<GroupId, Consumer<Heard>> listeners() {
    Map<GroupId, Consumer<Heard>> listeners = new TreeMap<>();
    groups.forEach((name, running) -> listeners.put(name, running::heard));
    return listeners;
  }

  /**
   * Starts a group that this node did not found, on a store of its own, empty at first: it learns
   * what the group is from its members, once they have added it.
   *
   * <p>Blocks, and is not to be called twice at the same time.
   *
   * @return for each group, who hears what greeted peers say about it
   */
  Map<GroupId, Consumer<Heard>> host(NodeParts node, DataDirectory directory, GroupSettings group) {
    GroupNode running = hosted(node, directory, group);
    Map<GroupId, GroupNode> more = new TreeMap<>(groups);
    more.put(group.name(), running);
    groups = more;
    return listeners();
  }

  private static GroupNode hosted(NodeParts node, DataDirectory directory, GroupSettings group) {
    List<MemberId> founders = foundersKnown(directory, group);
    return new GroupNode(node, group, founders, directory.storeFile(group.name()));
  }

  /** The founders of a group as this node has met them; fewer than there are if it has not. */
  static List<MemberId> foundersKnown(DataDirectory directory, GroupSettings group) {
    Map<NodeId, KnownPeer> met = directory.ledger().peers();
    List<MemberId> founders = new ArrayList<>();
    for (NodeId member : group.members()) {
      KnownPeer known = met.get(member);
      if (known != null) {
        founders.add(new MemberId(member, known.incarnation()));
      }
    }
    return founders;
  }

  /** Whether this node has begun to take part, be it in no group at all. */
  boolean hasBegun() {
    return begun;
  }

  Optional<GroupNode> find(GroupId group) {
    return Optional.ofNullable(groups.get(group));
  }

  Collection<GroupNode> all() {
    return groups.values();
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Whether this node led a group when it was last asked this. */
  boolean leadsAny() {
    groups.forEach(
        (name, group) -> {
          var unused = group.view().thenAccept(view -> note(name, view.role() == Role.LEADING));
        });
    return !led.isEmpty();
  }

  private void note(GroupId group, boolean leading) {
    if (leading) {
      led.add(group);
    } else {
      led.remove(group);
    }
  }
}
