package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.util.List;

/**
 * The directory of the mesh, as one node knows it.
 *
 * @param version counts its changes; 0 before this node knows any
 * @param nodes every node that was let in, in order of name
 * @param groups every group, in order of name
 */
public record DirectoryStatus(long version, List<Node> nodes, List<Group> groups) {

  /**
   * A node of the mesh.
   *
   * @param node its name
   * @param incarnation of the data directory that the name is bound to, 16 hex digits
   * @param address where its peers reach it, {@code HOST:PORT}
   */
  public record Node(NodeId node, String incarnation, String address) {}

  /**
   * A group of the mesh.
   *
   * @param group its name
   * @param members its founders
   * @param w acknowledgements that commit, as it was founded
   * @param prepareQuorum promises that elect, as it was founded
   * @param state {@code serving} or {@code deleting}
   * @param founded whether it is a group of the settings, which cannot be deleted
   */
  public record Group(
      GroupId group,
      List<NodeId> members,
      int w,
      int prepareQuorum,
      String state,
      boolean founded) {
    public Group {
      members = List.copyOf(members);
    }
  }

  public DirectoryStatus {
    nodes = List.copyOf(nodes);
    groups = List.copyOf(groups);
  }
}
