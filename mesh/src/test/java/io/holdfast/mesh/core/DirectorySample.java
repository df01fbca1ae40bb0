package io.holdfast.mesh.core;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.GroupSettings;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.MeshDirectory;
import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Directories of a mesh that n1, n2 and n3 have founded, with groups {@code main} and meta. */
final class DirectorySample {

  static final MemberId N1 = member("n1", 11);
  static final MemberId N2 = member("n2", 22);
  static final MemberId N3 = member("n3", 33);

  /** Other data directories under the names of founders. */
  static final MemberId N1_AGAIN = member("n1", 111);

  static final MemberId N2_AGAIN = member("n2", 222);
  static final MemberId N4 = member("n4", 44);
  static final GroupId MAIN = new GroupId("main");
  static final GroupId ORDERS = new GroupId("orders");
  static final GroupId ORDERS_LOG = new GroupId("orders--5");
  static final String TERMS = "alpha=64 write-id-window=1000000 rotation=10000/67108864";

  private DirectorySample() {}

  static MemberId member(String node, long incarnation) {
    return new MemberId(new NodeId(node), incarnation);
  }

  /** The directory as it is seeded. */
  static MeshDirectory seeded() {
    return founded(N1, N2, N3);
  }

  /** The directory of a mesh that these have founded, as it is seeded. */
  static MeshDirectory founded(MemberId... founders) {
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>();
    groups.put(MAIN, group(MAIN, founders));
    groups.put(GroupSettings.META, group(GroupSettings.META, founders));
    return with(new MeshDirectory(1, new TreeMap<>(), groups), 1, founders);
  }

  /** One with nodes that were let in, and with a group that is being deleted. */
  static MeshDirectory large() {
    return with(
        with(seeded(), 11, N2_AGAIN, N4), 12, ORDERS, group(ORDERS_LOG, N1, N4).beingDeleted());
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

  static ListedGroup group(GroupId log, MemberId... founders) {
    int w = GroupSettings.majority(founders.length);
    return new ListedGroup(
        log, new TreeSet<>(List.of(founders)), w, founders.length - w + 1, TERMS, false);
  }

  /** As in the settings of the tests of this package. */
  static HostPort addressOf(NodeId node) {
    return new HostPort("127.0.0.1", 7000 + Integer.parseInt(node.value().substring(1)));
  }
}
