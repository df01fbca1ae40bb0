package io.holdfast.mesh.core;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.GroupTable;
import io.holdfast.config.core.HoldfastSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerAddress;
import io.holdfast.config.core.PeerLedger;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.mesh.GroupForm;
import io.holdfast.mesh.NodeForm;
import io.holdfast.sync.core.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What becomes of the directory of a mesh. Each change is a function of the directory that it was
 * decided on, and is written only if that is still the one that group {@code meta} has; so two
 * changes never miss each other, and each version of the directory is followed by one other.
 */
public final class DirectoryRules {

  /** Room for the number that makes the log of a group unique. */
  private static final int LONGEST_NAME = 40;

  private DirectoryRules() {}

  /**
   * Whether a client's command may stand in the log of the group that holds the directory: one that
   * says who may change the directory. Nodes write the directory themselves, and nothing else that
   * is active may keep them from it.
   */
  public static boolean mayClientsWrite(Command command) {
    return command instanceof Command.Activate activate
        && Set.of(ManifestType.ACCESS).containsAll(activate.activation().changes().keySet());
  }

  /** What a change comes to. */
  public sealed interface Decision {

    /**
     * It is to be written.
     *
     * @param next the directory from then on; its version is not looked at
     */
    record Becomes(MeshDirectory next) implements Decision {}

    /** It is so already. */
    record Already() implements Decision {}

    /**
     * It may not be.
     *
     * @param status of HTTP
     * @param code the stable reason
     * @param detail a sentence for operators
     */
    record Refused(int status, String code, String detail) implements Decision {}
  }

  // ---- Nodes

  /**
   * Lets a node in, or binds its name to another data directory than before. The one before is
   * heard no more once the others have heard of this; it goes on being a member of its groups until
   * it is replaced there, as one that is down.
   *
   * @param alive whether the incarnation that is listed now is heard
   */
  public static Decision admit(MeshDirectory now, NodeForm form, boolean alive) {
    NodeId name = form.node();
    MemberId member = new MemberId(name, form.incarnation());
    ListedNode before = now.nodes().get(name);
    if (form.incarnation() == 0 || !PeerAddress.isReachable(form.address())) {
      return refused(400, "invalid", "%s: an incarnation and an address that peers reach", name);
    }
    Optional<MemberId> replaced = now.member(name).filter(known -> !known.equals(member));
    ListedNode listed =
        before == null || replaced.isPresent()
            ? new ListedNode(form.incarnation(), form.address(), true)
            : before.at(form.address());
    if (listed.equals(before)) {
      return new Decision.Already();
    }
    for (var other : now.nodes().entrySet()) {
      if (!other.getKey().equals(name) && other.getValue().address().equals(form.address())) {
        return refused(
            409, "already_exists", "%s is the address of %s", form.address(), other.getKey());
      }
    }
    boolean founded =
        now.groups().values().stream().anyMatch(group -> group.founders().contains(member));
    if (now.retired().contains(member) || (founded && !now.lists(member))) {
      // Its boots are forgotten: the newest copy of that directory could not be told from others.
      return refused(
          409,
          "was_replaced",
          "the data directory %x of %s was replaced: let it in with an empty one",
          form.incarnation(),
          name);
    }
    if (replaced.isPresent() && alive) {
      return refused(
          409,
          "still_alive",
          "%s runs on the data directory %x: stop it before another takes its name",
          name,
          replaced.get().incarnation());
    }
    if (before == null && now.nodes().size() >= MeshSettings.MAX_PEERS) {
      return refused(409, "too_many_nodes", "a mesh has at most %d nodes", MeshSettings.MAX_PEERS);
    }
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>(now.nodes());
    nodes.put(name, listed);
    List<MemberId> retired = new ArrayList<>(now.retired());
    replaced.ifPresent(retired::add);
    // Nobody keeps the disk of the first of so many.
    retired.subList(0, Math.max(0, retired.size() - MeshDirectory.MAX_RETIRED)).clear();
    return new Decision.Becomes(new MeshDirectory(now.version() + 1, nodes, now.groups(), retired));
  }

  // ---- Groups

  /**
   * Makes a group.
   *
   * @param terms {@link HoldfastSettings#logTerms} of the node that is asked
   */
  public static Decision create(MeshDirectory now, GroupForm form, String terms) {
    GroupId name = form.group();
    if (MeshDirectory.isLikeALog(name) || name.value().length() > LONGEST_NAME) {
      return refused(
          400,
          "invalid",
          "%s: allowed is a name of at most %d characters that does not end with -- and a number",
          name,
          LONGEST_NAME);
    }
    List<NodeId> members =
        form.members().isEmpty() ? List.copyOf(now.nodes().keySet()) : form.members();
    SortedSet<MemberId> founders = new TreeSet<>();
    for (NodeId member : members) {
      Optional<MemberId> listed = now.member(member);
      if (listed.isEmpty()) {
        return refused(
            404, "unknown_node", "%s is no node of this mesh: %s", member, now.nodes().keySet());
      }
      founders.add(listed.get());
    }
    GroupSettings settings;
    try {
      settings = new GroupSettings(name, members, form.w(), form.prepareQuorum());
    } catch (IllegalArgumentException e) {
      return refused(400, "invalid", "%s", String.valueOf(e.getMessage()));
    }
    ListedGroup group =
        new ListedGroup(
            MeshDirectory.logOf(name, now.version()),
            founders,
            settings.acceptQuorum(),
            settings.effectivePrepareQuorum(),
            terms,
            false);
    ListedGroup before = now.groups().get(name);
    if (before != null) {
      return existing(name, before, group);
    }
    if (now.groups().size() >= MeshDirectory.MAX_GROUPS) {
      return refused(
          409, "too_many_groups", "a mesh has at most %d groups", MeshDirectory.MAX_GROUPS);
    }
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>(now.groups());
    groups.put(name, group);
    return new Decision.Becomes(next(now, now.nodes(), groups));
  }

  private static Decision existing(GroupId name, ListedGroup there, ListedGroup wanted) {
    if (there.deleting()) {
      return refused(409, "deleting", "group %s is being deleted: ask again", name);
    }
    boolean same =
        there.founders().equals(wanted.founders())
            && there.w() == wanted.w()
            && there.prepareQuorum() == wanted.prepareQuorum();
    return same
        ? new Decision.Already()
        : refused(
            409,
            "already_exists",
            "there is a group %s, founded by %s with w = %d and prepare quorum %d",
            name,
            there.founders(),
            there.w(),
            there.prepareQuorum());
  }

  /** Has a group take no writes any more; once its log says so too, it is no more. */
  public static Decision delete(MeshDirectory now, GroupId name) {
    ListedGroup there = now.groups().get(name);
    if (there == null) {
      return refused(404, "unknown_group", "there is no group %s", name);
    }
    if (there.log().equals(name)) {
      return refused(
          409,
          "not_deletable",
          "group %s is of the settings of its nodes, and lives as long as the mesh",
          name);
    }
    if (there.deleting()) {
      return new Decision.Already();
    }
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>(now.groups());
    groups.put(name, there.beingDeleted());
    return new Decision.Becomes(next(now, now.nodes(), groups));
  }

  /**
   * The directory without the groups that are being deleted and have executed that; empty where
   * there is none of them. Whoever is asked under a name that is free again is asked about another
   * log, and in this one nothing takes effect any more, wherever it still runs.
   */
  public static Optional<MeshDirectory> without(MeshDirectory now, Set<GroupId> sealed) {
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>(now.groups());
    groups.values().removeIf(group -> group.deleting() && sealed.contains(group.log()));
    return groups.size() == now.groups().size()
        ? Optional.empty()
        : Optional.of(next(now, now.nodes(), groups));
  }

  /**
   * The directory with its nodes where they say that they are; empty where it has them there. Who
   * says that it is where another one is stays where it was.
   *
   * @param said addresses by whoever has said so: an incarnation that is not listed moves nobody
   */
  public static Optional<MeshDirectory> moved(MeshDirectory now, Map<MemberId, HostPort> said) {
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>(now.nodes());
    said.forEach(
        (member, address) -> {
          if (now.lists(member)) {
            nodes.computeIfPresent(member.node(), (name, node) -> node.at(address));
          }
        });
    // Whoever stays may be in the way of another one that wanted to its place.
    boolean settled = false;
    while (!settled) {
      Map<HostPort, Long> there =
          nodes.values().stream()
              .collect(Collectors.groupingBy(ListedNode::address, Collectors.counting()));
      SortedMap<NodeId, ListedNode> before = new TreeMap<>(nodes);
      nodes.replaceAll(
          (name, node) ->
              there.getOrDefault(node.address(), 0L) > 1
                  ? now.nodes().getOrDefault(name, node)
                  : node);
      settled = nodes.equals(before);
    }
    return nodes.equals(now.nodes())
        ? Optional.empty()
        : Optional.of(next(now, nodes, now.groups()));
  }

  // ---- What the settings say

  /**
   * The directory with the nodes and groups of a founder's settings; empty where it has them, where
   * it has no room for them, or where the first is to be made and not all founders of all groups
   * have been met yet. All groups at once then: a node that finds itself listed looks there for
   * what it has founded. A group that comes later, once all its founders have been met.
   *
   * @param ledger what the founder knows of the others
   * @param self the founder; nothing comes of the settings of a node that was let in, or has lost
   *     its name
   */
  public static Optional<MeshDirectory> seeded(
      MeshDirectory now, HoldfastSettings settings, PeerLedger ledger, MemberId self) {
    if (now.isLetIn(self) || now.contradicts(self)) {
      return Optional.empty();
    }
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>(now.nodes());
    for (PeerAddress peer : settings.mesh().peers()) {
      boolean inNone =
          settings.allGroups().stream().noneMatch(group -> group.members().contains(peer.node()));
      GroupTable.founder(peer.node(), ledger, self)
          .ifPresent(
              member ->
                  nodes.putIfAbsent(
                      peer.node(), new ListedNode(member.incarnation(), peer.address(), inNone)));
    }
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>(now.groups());
    for (GroupSettings group : settings.allGroups()) {
      Set<MemberId> founders = new TreeSet<>();
      for (NodeId name : group.members()) {
        // Not as it was at the beginning, where a name is another's by now.
        Optional.ofNullable(nodes.get(name))
            .map(node -> new MemberId(name, node.incarnation()))
            .ifPresent(founders::add);
      }
      if (founders.size() < group.n() && now.version() == 0) {
        return Optional.empty();
      }
      if (founders.size() < group.n()) {
        continue; // the others do not wait for who is not there yet
      }
      groups.putIfAbsent(
          group.name(),
          new ListedGroup(
              group.name(),
              new TreeSet<>(founders),
              group.acceptQuorum(),
              group.effectivePrepareQuorum(),
              settings.logTerms(),
              false));
    }
    boolean fits =
        nodes.size() <= MeshSettings.MAX_PEERS && groups.size() <= MeshDirectory.MAX_GROUPS;
    return !fits || (nodes.equals(now.nodes()) && groups.equals(now.groups()))
        ? Optional.empty()
        : Optional.of(next(now, nodes, groups));
  }

  // ---- Of one's own accord

  /**
   * What a member of group {@code meta} makes of the directory unasked; empty for nothing. Whoever
   * has settings of its own adds them, since the leader may have been let in; the rest is for the
   * leader. One whose replica is behind what it has heard leaves it to others.
   *
   * @param now the directory as this node's replica has it
   * @param leads whether this node leads group {@code meta}
   * @param sealed logs that have executed that they take no writes any more
   * @param said where nodes say that they are
   */
  public static Optional<MeshDirectory> kept(
      MeshDirectory now,
      HoldfastSettings settings,
      PeerLedger ledger,
      MemberId self,
      boolean leads,
      Set<GroupId> sealed,
      Map<MemberId, HostPort> said) {
    if (now.version() < ledger.directory().version()) {
      return Optional.empty();
    }
    Optional<MeshDirectory> seeded = seeded(now, settings, ledger, self);
    return seeded.isPresent() || !leads ? seeded : without(now, sealed).or(() -> moved(now, said));
  }

  private static MeshDirectory next(
      MeshDirectory now,
      SortedMap<NodeId, ListedNode> nodes,
      SortedMap<GroupId, ListedGroup> groups) {
    return new MeshDirectory(now.version() + 1, nodes, groups, now.retired());
  }

  @FormatMethod
  private static Decision refused(
      int status, String code, @FormatString String detail, Object... facts) {
    return new Decision.Refused(status, code, String.format(detail, facts));
  }
}
