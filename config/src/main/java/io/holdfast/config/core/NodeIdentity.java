package io.holdfast.config.core;

import java.util.List;

/**
 * Who this process is, as its data directory says.
 *
 * @param meshId the mesh that the directory was made for
 * @param node the node that it was made for
 * @param incarnation drawn at random when the directory was made; never 0
 * @param bootCount how often the directory was opened, this time included; from 1
 * @param bootNonce drawn at random by this open: tells two processes with one boot count apart
 * @param earlierNonces those of the boots before this one, the latest first; at most {@link
 *     #MAX_EARLIER_NONCES}
 */
public record NodeIdentity(
    String meshId,
    NodeId node,
    long incarnation,
    long bootCount,
    long bootNonce,
    List<Long> earlierNonces) {

  /**
   * How many boots back a directory can show that it is the one that a peer has seen: 8 KiB in the
   * file and in a greeting. A peer that has missed more than these judges by the count alone.
   */
  public static final int MAX_EARLIER_NONCES = 1_024;

  public NodeIdentity {
    if (!GroupId.isValid(meshId)) {
      throw new IllegalArgumentException("mesh id '" + meshId + "': allowed " + GroupId.ALLOWED);
    }
    if (incarnation == 0 || bootCount < 1) {
      throw new IllegalArgumentException(
          "incarnation " + incarnation + ", boot count " + bootCount + ": must be != 0, >= 1");
    }
    earlierNonces = List.copyOf(earlierNonces);
  }

  /** The member that this directory makes of the node. */
  public MemberId member() {
    return new MemberId(node, incarnation);
  }

  /** How this process introduces itself to a peer with which it shares {@code fingerprint}. */
  public Greeting greeting(String fingerprint) {
    return new Greeting(meshId, fingerprint, member(), bootCount, bootNonce, earlierNonces);
  }
}
