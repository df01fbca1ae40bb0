package io.holdfast.config.core;

import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Directories of a mesh that n1, n2 and n3 have founded, with groups {@code main} and meta. */
final class DirectorySample {

  static final MemberId N1 = member("n1", 1);
  static final MemberId N2 = member("n2", 2);
  static final MemberId N3 = member("n3", 3);

  /** Another data directory under the name of {@link #N2}. */
  static final MemberId N2_AGAIN = member("n2", 22);

  static final MemberId N4 = member("n4", 4);
  static final GroupId MAIN = new GroupId("main");
  static final String TERMS = "alpha=64 write-id-window=1000000 rotation=10000/67108864";

  private DirectorySample() {}

  static MemberId member(String node, long incarnation) {
    return new MemberId(new NodeId(node), incarnation);
  }

  /** The directory as it is seeded. */
  static MeshDirectory seeded() {
    return with(new MeshDirectory(1, new TreeMap<>(), groups(N1, N2, N3)), 1, N1, N2, N3);
  }

  /**
   * The same directory at another version, with these nodes besides, or in the place of others; who
   * has founded none of its groups was let in.
   */
  static MeshDirectory with(MeshDirectory directory, long version, MemberId... members) {
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>(directory.nodes());
    List<MemberId> retired = new ArrayList<>(directory.retired());
    for (MemberId member : members) {
      directory.member(member.node()).filter(gone -> !gone.equals(member)).ifPresent(retired::add);
      boolean letIn = directory.foundersWith(member).isEmpty();
      nodes.put(
          member.node(), new ListedNode(member.incarnation(), addressOf(member.node()), letIn));
    }
    return new MeshDirectory(version, nodes, directory.groups(), retired);
  }

  /** The same directory at another version, with a group besides. */
  static MeshDirectory with(
      MeshDirectory directory, long version, GroupId name, ListedGroup group) {
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>(directory.groups());
    groups.put(name, group);
    return new MeshDirectory(version, directory.nodes(), groups, directory.retired());
  }

  /** Groups {@code main} and meta of these founders. */
  static SortedMap<GroupId, ListedGroup> groups(MemberId... founders) {
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>();
    groups.put(MAIN, group(MAIN, founders));
    groups.put(GroupSettings.META, group(GroupSettings.META, founders));
    return groups;
  }

  static ListedGroup group(GroupId log, MemberId... founders) {
    int w = GroupSettings.majority(founders.length);
    return new ListedGroup(
        log, new TreeSet<>(List.of(founders)), w, founders.length - w + 1, TERMS, false);
  }

  static HostPort addressOf(NodeId node) {
    return new HostPort("10.0.0." + node.value().substring(1), 4100);
  }
}
