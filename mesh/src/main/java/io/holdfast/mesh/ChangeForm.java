package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A change of a group's members as an operator names it: by nodes. Which incarnation is meant is
 * looked up where it is not said.
 *
 * @param kind what to do
 * @param node whom it concerns; absent with {@link Kind#QUORUMS} only
 * @param incarnation that node's incarnation, if it is named
 * @param by with {@link Kind#REPLACE}, and only then: who gets the vote
 * @param byIncarnation its incarnation, if it is named
 * @param acceptQuorum w from then on, if it is named
 * @param prepareQuorum the prepare quorum from then on, with {@link Kind#QUORUMS} only
 * @param expected the number of the configuration that it shall be a change of, if that matters
 */
public record ChangeForm(
    Kind kind,
    Optional<NodeId> node,
    OptionalLong incarnation,
    Optional<NodeId> by,
    OptionalLong byIncarnation,
    OptionalInt acceptQuorum,
    OptionalInt prepareQuorum,
    OptionalLong expected) {

  /** What can be done. */
  public enum Kind {
    /** A node begins to learn, without a vote. */
    ADD,
    /** A learner gets a vote. */
    PROMOTE,
    /** A voter or learner takes part no more. */
    REMOVE,
    /** A learner gets the vote of a voter, who takes part no more. */
    REPLACE,
    /** The same members, other quorums. */
    QUORUMS
  }

  public ChangeForm {
    boolean quorums = kind == Kind.QUORUMS;
    if (node.isPresent() == quorums || by.isPresent() != (kind == Kind.REPLACE)) {
      throw new IllegalArgumentException(kind + " of " + node + " by " + by);
    }
    if (quorums && acceptQuorum.isEmpty()) {
      throw new IllegalArgumentException("quorums without w");
    }
  }
}
