package io.holdfast.config.core;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who and what there is in a mesh: its nodes, each under the one incarnation that may speak under
 * its name, and its groups. Group {@code meta} replicates it; what is chosen there is handed from
 * node to node, so that a node without a replica of {@code meta} knows it too.
 *
 * @param version the revision of group {@code meta} that it stands at; 0 where nothing is known
 * @param nodes by name, at most {@link MeshSettings#MAX_PEERS}
 * @param groups by the name that clients use, at most {@link #MAX_GROUPS}
 * @param retired those that had a name before another incarnation got it, the earliest first, at
 *     most {@link #MAX_RETIRED}; none of them is listed, or ever will be again
 */
public record MeshDirectory(
    long version,
    SortedMap<NodeId, ListedNode> nodes,
    SortedMap<GroupId, ListedGroup> groups,
    List<MemberId> retired) {

  /** The most groups that a mesh may have, {@code meta} included. */
  public static final int MAX_GROUPS = GroupSettings.MAX_GROUPS + 1;

  /** How many of those that were replaced are remembered. */
  public static final int MAX_RETIRED = 1000;

  /** Nothing is known. */
  public static final MeshDirectory NONE = new MeshDirectory(0, new TreeMap<>(), new TreeMap<>());

  /** Between the name of a group that was made later and the number that makes it unique. */
  private static final String NUMBERED = "--";

  private static final Pattern NUMBERED_LOG = Pattern.compile("(.+)" + NUMBERED + "[0-9]+");

  /** A directory in which no name has changed hands. */
  public MeshDirectory(
      long version, SortedMap<NodeId, ListedNode> nodes, SortedMap<GroupId, ListedGroup> groups) {
    this(version, nodes, groups, List.of());
  }

  public MeshDirectory {
    retired = List.copyOf(retired);
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    if (version < 0
        || (version == 0 && !(nodes.isEmpty() && groups.isEmpty() && retired.isEmpty()))
        || nodes.size() > MeshSettings.MAX_PEERS
        || groups.size() > MAX_GROUPS
        || retired.size() > MAX_RETIRED) {
      throw new IllegalArgumentException(
          "a directory of version %d with %d nodes, %d groups, %d retired: allowed are %d, %d, %d"
              .formatted(
                  version,
                  nodes.size(),
                  groups.size(),
                  retired.size(),
                  MeshSettings.MAX_PEERS,
                  MAX_GROUPS,
                  MAX_RETIRED));
    }
    for (MemberId gone : retired) {
      ListedNode listed = nodes.get(gone.node());
      if (listed != null && listed.incarnation() == gone.incarnation()) {
        throw new IllegalArgumentException(gone + " is listed, and retired");
      }
    }
  }

  /**
   * A node.
   *
   * @param incarnation the only one that may speak under the name; never 0
   * @param address where its peers reach it
   * @param letIn whether it was let in by name, or is in no group of the settings: then its own say
   *     nothing of the groups that it takes part in
   */
  public record ListedNode(long incarnation, HostPort address, boolean letIn) {

    /** A node of which the settings name a group. */
    public ListedNode(long incarnation, HostPort address) {
      this(incarnation, address, false);
    }

    public ListedNode {
      if (incarnation == 0 || !PeerAddress.isReachable(address)) {
        throw new IllegalArgumentException(
            "incarnation %x at %s: allowed is any but 0, at an address that peers can reach"
                .formatted(incarnation, address));
      }
    }

    /** The same at another address. */
    public ListedNode at(HostPort other) {
      return new ListedNode(incarnation, other, letIn);
    }
  }

  /**
   * A group, as it was founded: its own log says who takes part since.
   *
   * @param log what it is called in journals, stores and messages. That of a group of the settings
   *     is its name; that of another is never used again, so that nothing that was said of a group
   *     can be taken for a word about one that was made later under the same name
   * @param founders 1 to {@link GroupSettings#MAX_MEMBERS} members of its first configuration
   * @param w the accept quorum
   * @param prepareQuorum promises that a leader needs
   * @param terms {@link HoldfastSettings#logTerms} of its founders
   * @param deleting whether it is to be no more: once its own log says so, it takes no writes
   */
  public record ListedGroup(
      GroupId log,
      SortedSet<MemberId> founders,
      int w,
      int prepareQuorum,
      String terms,
      boolean deleting) {

    public ListedGroup {
      founders = Collections.unmodifiableSortedSet(new TreeSet<>(founders));
      var checked = settings(log, founders, w, prepareQuorum); // refuses what is no group
      if (checked.n() != founders.size() || terms.length() > 200) {
        throw new IllegalArgumentException("group " + log + " of " + founders + ": " + terms);
      }
    }

    /** The group as its founders' settings would have it, under the name of its log. */
    public GroupSettings settings() {
      return settings(log, founders, w, prepareQuorum);
    }

    private static GroupSettings settings(
        GroupId log, SortedSet<MemberId> founders, int w, int prepareQuorum) {
      return new GroupSettings(
          log,
          founders.stream().map(MemberId::node).toList(),
          OptionalInt.of(w),
          OptionalInt.of(prepareQuorum));
    }

    /** The same, which is to be no more. */
    public ListedGroup beingDeleted() {
      return new ListedGroup(log, founders, w, prepareQuorum, terms, true);
    }
  }

  /** The log of a group that is made at this revision of group {@code meta}. */
  public static GroupId logOf(GroupId name, long revision) {
    return new GroupId(name + NUMBERED + revision);
  }

  /** Whether a group of this name could be taken for the log of another one. */
  public static boolean isLikeALog(GroupId name) {
    return NUMBERED_LOG.matcher(name.value()).matches();
  }

  /** Whether this knows of a group that has this log. */
  public boolean hasLog(GroupId log) {
    return groups.values().stream().anyMatch(group -> group.log().equals(log));
  }

  /** The incarnation that speaks under a name; empty for a name that is not listed. */
  public Optional<MemberId> member(NodeId name) {
    ListedNode listed = nodes.get(name);
    return listed == null
        ? Optional.empty()
        : Optional.of(new MemberId(name, listed.incarnation()));
  }

  /** Whether exactly this incarnation is listed. */
  public boolean lists(MemberId member) {
    return member(member.node()).equals(Optional.of(member));
  }

  /** Whether exactly this incarnation was let in. */
  public boolean isLetIn(MemberId member) {
    ListedNode listed = nodes.get(member.node());
    return listed != null && listed.incarnation() == member.incarnation() && listed.letIn();
  }

  /** Whether the name is bound to another incarnation. */
  public boolean contradicts(MemberId member) {
    return member(member.node()).filter(listed -> !listed.equals(member)).isPresent();
  }

  /**
   * All founders of the groups of the settings that this member has founded, sorted; empty if there
   * is none, whichever groups were made with it since.
   */
  public List<MemberId> foundersWith(MemberId member) {
    return groups.entrySet().stream()
        .filter(group -> group.getValue().log().equals(group.getKey()))
        .map(group -> group.getValue().founders())
        .filter(founders -> founders.contains(member))
        .flatMap(Collection::stream)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Who founded group {@code meta}; empty where that is not known. They never change, and
   * incarnations are random: no two meshes have the same, though their ids and names are.
   */
  public Set<MemberId> metaFounders() {
    ListedGroup meta = groups.get(GroupSettings.META);
    return meta == null ? Set.of() : meta.founders();
  }

  /** Both names that a group has: that of its log, and the one that clients use. */
  public Optional<GroupId> nameOf(GroupId log) {
    return groups.entrySet().stream()
        .filter(group -> group.getValue().log().equals(log))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
