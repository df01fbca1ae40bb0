package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * Who takes part in a group, as one node knows it.
 *
 * @param group the group
 * @param node who says this
 * @param role what that node is: {@code leading}, {@code following}, {@code preparing}, {@code
 *     learner}, {@code joining}, {@code removed} or {@code outside}
 * @param configuration the number of the configuration that governs; the founders' is 0
 * @param governsSince its first slot
 * @param w acknowledgements that commit
 * @param prepareQuorum promises that elect
 * @param leader the leader that this node hears
 * @param chosen every slot up to here is chosen, as far as this node knows
 * @param members voters and learners of the configuration that governs
 * @param next the configuration that is on its way
 * @param handedOver whether nodes that left with the last change may be stopped: enough of those
 *     who vote now hold in their stores all that they may be needed for
 * @param settings what the group's log depends on and must be equal on all its members, in one line
 */
public record MembersStatus(
    GroupId group,
    NodeId node,
    String role,
    long configuration,
    long governsSince,
    int w,
    int prepareQuorum,
    Optional<NodeId> leader,
    long chosen,
    List<Member> members,
    Optional<Next> next,
    boolean handedOver,
    String settings) {

  /**
   * A voter or learner.
   *
   * @param node its name
   * @param incarnation its incarnation, 16 hex digits
   * @param role whether it has a vote: {@code voter} where it does
   * @param leader whether it leads
   * @param alive whether it was heard lately
   * @param learned the last slot that it has learned, as it last said
   * @param lag how many chosen slots it has not learned
   */
  public record Member(
      NodeId node,
      String incarnation,
      String role,
      boolean leader,
      boolean alive,
      long learned,
      long lag) {}

  /**
   * A configuration that does not govern yet.
   *
   * @param configuration its number
   * @param governsFrom its first slot
   * @param w acknowledgements that commit then
   * @param prepareQuorum promises that elect then
   * @param members voters and learners then
   */
  public record Next(
      long configuration, long governsFrom, int w, int prepareQuorum, List<Member> members) {}

  public MembersStatus {
    members = List.copyOf(members);
  }
}
