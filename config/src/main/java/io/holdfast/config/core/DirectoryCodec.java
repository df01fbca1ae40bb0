package io.holdfast.config.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.config.core.MeshDirectory.ListedGroup;
import io.holdfast.config.core.MeshDirectory.ListedNode;
import io.holdfast.config.wire.ListedGroupProto;
import io.holdfast.config.wire.ListedNodeProto;
import io.holdfast.config.wire.MemberIdProto;
import io.holdfast.config.wire.MeshDirectoryProto;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A {@link MeshDirectory} and its entries as protobuf. */
public final class DirectoryCodec {

  private DirectoryCodec() {}

  /** The directory as it is kept and sent. */
  public static MeshDirectoryProto toProto(MeshDirectory directory) {
    MeshDirectoryProto.Builder proto =
        MeshDirectoryProto.newBuilder().setVersion(directory.version());
    directory.nodes().forEach((name, node) -> proto.putNodes(name.value(), node(node)));
    directory.groups().forEach((name, group) -> proto.putGroups(name.value(), group(group)));
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
    return new MeshDirectory(proto.getVersion(), nodes, groups);
  }

  /** The value of a key of group {@code meta}. */
  public static ByteString encode(ListedNode node) {
    return node(node).toByteString();
  }

  /** The value of a key of group {@code meta}. */
  public static ByteString encode(ListedGroup group) {
    return group(group).toByteString();
  }

  /**
   * Reads what {@link #encode(ListedNode)} has made.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static ListedNode decodeNode(ByteString value) {
    try {
      return node(ListedNodeProto.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no node of a directory", e);
    }
  }

  /**
   * Reads what {@link #encode(ListedGroup)} has made.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static ListedGroup decodeGroup(ByteString value) {
    try {
      return group(ListedGroupProto.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no group of a directory", e);
    }
  }

  private static ListedNodeProto node(ListedNode node) {
    return ListedNodeProto.newBuilder()
        .setIncarnation(node.incarnation())
        .setAddress(node.address().toString())
        .build();
  }

  private static ListedNode node(ListedNodeProto proto) {
    return new ListedNode(
        proto.getIncarnation(),
        HostPort.parse(proto.getAddress())
            .orElseThrow(() -> new IllegalArgumentException("address " + proto.getAddress())));
  }

  private static ListedGroupProto group(ListedGroup group) {
    ListedGroupProto.Builder proto =
        ListedGroupProto.newBuilder()
            .setLog(group.log().value())
            .setW(group.w())
            .setPrepareQuorum(group.prepareQuorum())
            .setTerms(group.terms())
            .setDeleting(group.deleting());
    for (MemberId founder : group.founders()) {
      proto.addFounders(
          MemberIdProto.newBuilder()
              .setNode(founder.node().value())
              .setIncarnation(founder.incarnation()));
    }
    return proto.build();
  }

  private static ListedGroup group(ListedGroupProto proto) {
    return new ListedGroup(
        new GroupId(proto.getLog()),
        proto.getFoundersList().stream()
            .map(member -> new MemberId(new NodeId(member.getNode()), member.getIncarnation()))
            .collect(Collectors.toCollection(java.util.TreeSet::new)),
        proto.getW(),
        proto.getPrepareQuorum(),
        proto.getTerms(),
        proto.getDeleting());
  }
}
