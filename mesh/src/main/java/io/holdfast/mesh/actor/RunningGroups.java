package io.holdfast.mesh.actor;

import io.holdfast.acceptor.store.DatabasePlace;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupTable;
import io.holdfast.config.core.GroupTable.Known;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.actor.NodeDoor.Heard;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The groups that a node takes part in; none until the node is admitted. For any thread. */
final class RunningGroups {

  /** By log. */
  private volatile Map<GroupId, GroupNode> groups = Map.of();

  /** Why it cannot take part in some, by log. */
  private volatile Map<GroupId, String> obstacles = Map.of();

  private volatile GroupTable table = GroupTable.NONE;
  private volatile boolean begun;

  /** These are the groups that this node knows of, whether it takes part in them or not. */
  void know(GroupTable known) {
    table = known;
  }

  /** This node takes part from now on, be it in no group at all. */
  void begin() {
    begun = true;
  }

  /**
   * Starts a group. Blocks, and is not to be called twice at the same time: see {@link GroupNode}.
   *
   * @throws RuntimeException the store's or the journal's, where one of them cannot be read
   */
  void start(NodeParts node, Known group, DatabasePlace storePlace) {
    GroupNode running = new GroupNode(node, group, storePlace);
    Map<GroupId, GroupNode> more = new TreeMap<>(groups);
    more.put(group.log(), running);
    groups = more;
  }

  /** This node cannot take part in a group that it knows of. Not to be called twice at a time. */
  void lack(Known group, String why) {
    Map<GroupId, String> more = new TreeMap<>(obstacles);
    more.keySet().removeIf(log -> !table.hasLog(log));
    more.put(group.log(), why);
    obstacles = more;
  }

  /** Why this node does not run groups that it is to run, by name. */
  Map<String, String> lacking() {
    Map<GroupId, String> known = obstacles;
    Set<GroupId> run = groups.keySet();
    Map<String, String> lacking = new TreeMap<>();
    for (Known group : table.groups().values()) {
      String why = known.get(group.log());
      if (why != null && !run.contains(group.log())) {
        lacking.put(group.name().value(), why);
      }
    }
    return lacking;
  }

  /**
   * Ends a group that is no more. Blocks, and is not to be called twice at the same time.
   *
   * @return whether nothing of it is open any more; if not, it can be tried again
   */
  boolean end(GroupId log) {
    Map<GroupId, GroupNode> fewer = new TreeMap<>(groups);
    GroupNode gone = fewer.remove(log);
    if (gone != null && !gone.end()) {
      return false;
    }
    groups = fewer;
    return true;
  }

  /** For each group, by log, who hears what greeted peers say about it. */
  Map<GroupId, Consumer<Heard>> listeners() {
    Map<GroupId, Consumer<Heard>> listeners = new TreeMap<>();
    groups.forEach((log, running) -> listeners.put(log, running::heard));
    return listeners;
  }

  /** Whether this node has begun to take part, be it in no group at all. */
  boolean hasBegun() {
    return begun;
  }

  /** The group that clients call so, where this node has a replica of it. */
  Optional<GroupNode> find(GroupId name) {
    return table.find(name).flatMap(known -> Optional.ofNullable(groups.get(known.log())));
  }

  /** What is known of the group that clients call so. */
  Optional<Known> known(GroupId name) {
    return table.find(name);
  }

  /** The names of all groups that this node knows of, sorted. */
  List<GroupId> names() {
    return List.copyOf(table.groups().keySet());
  }

  /** Those that run here, by log. */
  Map<GroupId, GroupNode> byLog() {
    return Collections.unmodifiableMap(groups);
  }

  /** The logs of those that run here. */
  Set<GroupId> logs() {
    return Set.copyOf(groups.keySet());
  }

  Collection<GroupNode> all() {
    return groups.values();
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Whether this node leads a group, as far as it hears. */
  boolean leads(GroupId name, MemberId self) {
    return find(name)
        .filter(group -> group.service().leader().equals(Optional.of(self)))
        .isPresent();
  }
}
