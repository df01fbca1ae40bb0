package io.holdfast.config.core;

import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.wire.ListedGroupProto;
import io.holdfast.config.wire.ListedNodeProto;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.config.wire.MeshDirectoryProto;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A {@link MeshDirectory} as protobuf. */
public final class DirectoryCodec {

  private DirectoryCodec() {}

  /** The directory as it is kept and sent. */
  public static MeshDirectoryProto toProto(MeshDirectory directory) {
    MeshDirectoryProto.Builder proto =
        MeshDirectoryProto.newBuilder().setVersion(directory.version());
    directory.nodes().forEach((name, node) -> proto.putNodes(name.value(), node(node)));
    directory.groups().forEach((name, group) -> proto.putGroups(name.value(), group(group)));
    directory.retired().forEach(member -> proto.addRetired(member(member)));
    return proto.build();
  }

  /**
   * Reads what {@link #toProto} has made.
   *
   * @throws IllegalArgumentException where a value is outside its range
   */
  public static MeshDirectory fromProto(MeshDirectoryProto proto) {
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>();
    proto.getNodesMap().forEach((name, node) -> nodes.put(new NodeId(name), node(node)));
    SortedMap<GroupId, ListedGroup> groups = new TreeMap<>();
    proto.getGroupsMap().forEach((name, group) -> groups.put(new GroupId(name), group(group)));
    List<MemberId> retired = proto.getRetiredList().stream().map(DirectoryCodec::member).toList();
    return new MeshDirectory(proto.getVersion(), nodes, groups, retired);
  }

  private static ListedNodeProto node(ListedNode node) {
    return ListedNodeProto.newBuilder()
        .setIncarnation(node.incarnation())
        .setAddress(node.address().toString())
        .setLetIn(node.letIn())
        .build();
  }

  private static ListedNode node(ListedNodeProto proto) {
    return new ListedNode(
        proto.getIncarnation(),
        HostPort.parse(proto.getAddress())
            .orElseThrow(() -> new IllegalArgumentException("address " + proto.getAddress())),
        proto.getLetIn());
  }

  private static ListedGroupProto group(ListedGroup group) {
    ListedGroupProto.Builder proto =
        ListedGroupProto.newBuilder()
            .setLog(group.log().value())
            .setW(group.w())
            .setPrepareQuorum(group.prepareQuorum())
            .setTerms(group.terms())
            .setDeleting(group.deleting());
    group.founders().forEach(founder -> proto.addFounders(member(founder)));
    return proto.build();
  }

  private static ListedGroup group(ListedGroupProto proto) {
    return new ListedGroup(
        new GroupId(proto.getLog()),
        proto.getFoundersList().stream()
            .map(DirectoryCodec::member)
            .collect(Collectors.toCollection(TreeSet::new)),
        proto.getW(),
        proto.getPrepareQuorum(),
        proto.getTerms(),
        proto.getDeleting());
  }

  private static MemberIdProto member(MemberId member) {
    return MemberIdProto.newBuilder()
        .setNode(member.node().value())
        .setIncarnation(member.incarnation())
        .build();
  }

  private static MemberId member(MemberIdProto proto) {
    return new MemberId(new NodeId(proto.getNode()), proto.getIncarnation());
  }
}
