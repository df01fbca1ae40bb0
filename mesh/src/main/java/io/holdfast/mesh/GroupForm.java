package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.OptionalInt;

/**
 * A group that is to be created.
 *
 * @param group its name
 * @param members its founders; empty for all nodes of the directory, of which there must be at most
 *     7
 * @param w acknowledgements that commit; a majority where it is not named
 * @param prepareQuorum promises that elect; as few as w allows where it is not named
 */
public record GroupForm(
    GroupId group, List<NodeId> members, OptionalInt w, OptionalInt prepareQuorum) {
  public GroupForm {
    members = List.copyOf(members);
  }
}
