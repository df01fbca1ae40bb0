package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture.Control;
import io.holdfast.mesh.Picture.Other;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How well a node is, from what it knows. A function of its input, so that every view that is made
 * of the same picture tells the same story.
 */
public final class HealthRules {

  private HealthRules() {}

  /**
   * The gates of a node and of its groups.
   *
   * @param terms from when on something is wrong
   * @param status what the node says of itself
   * @param control what is active, by group; nothing where that is not known
   * @param others what its peers last said
   */
  public static Health judge(
      HealthTerms terms,
      NodeStatus status,
      Map<String, Control> control,
      Map<NodeId, Other> others) {
    List<Gate> ofGroups = new ArrayList<>();
    for (GroupStatus group : status.groups()) {
      ofGroups.addAll(new GroupGates(status, group, control.get(group.group()), others).all());
    }
    List<Gate> gates =
        new ArrayList<>(new NodeGates(terms, status, others, !ofGroups.isEmpty()).all());
    gates.addAll(ofGroups);
    return new Health(gates);
  }
}
