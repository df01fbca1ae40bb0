package io.holdfast.mesh.actor;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.store.DataDirectory;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import java.nio.file.Path;
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
  private final Set<GroupId> led = ConcurrentHashMap.newKeySet();

  /**
   * Starts the groups of which this node is a member, and shows them once all have started.
   *
   * <p>Blocks: see {@link GroupNode}.
   *
   * @param founders the members of all groups of this node
   * @return for each group, who hears what greeted peers say about it
   * @throws RuntimeException the store's or the journal's, where one of them cannot be read; what
   *     had started by then still ends with the node
   */
  Map<GroupId, Consumer<Heard>> start(
      NodeParts node, DataDirectory directory, List<MemberId> founders) {
    Map<GroupId, GroupNode> started = new TreeMap<>();
    Map<GroupId, Consumer<Heard>> listeners = new TreeMap<>();
    try {
      for (GroupSettings group : node.settings().groups()) {
        if (group.members().contains(node.self().node())) {
          GroupNode running =
              new GroupNode(node, group, founders, storeFile(directory, group.name()));
          started.put(group.name(), running);
          listeners.put(group.name(), running::heard);
        }
      }
    } finally {
      groups = started;
    }
    return listeners;
  }

  /** Where the records of a group lie, without the database's own suffix. */
  static Path storeFile(DataDirectory directory, GroupId group) {
    return directory.storeFile().resolveSibling("store-" + group);
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
