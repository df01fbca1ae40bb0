package io.holdfast.config.core;

/**
 * Who this process is, as its data directory says.
 *
 * @param meshId the mesh that the directory was made for
 * @param node the node that it was made for
 * @param incarnation drawn at random when the directory was made; never 0
 * @param bootCount how often the directory was opened, this time included; from 1
 * @param bootNonce drawn at random by this open: tells two processes with one boot count apart
 */
public record NodeIdentity(
    String meshId, NodeId node, long incarnation, long bootCount, long bootNonce) {

  public NodeIdentity {
    if (!GroupId.isValid(meshId)) {
      throw new IllegalArgumentException("mesh id '" + meshId + "': allowed " + GroupId.ALLOWED);
    }
    if (incarnation == 0 || bootCount < 1) {
      throw new IllegalArgumentException(
          "incarnation " + incarnation + ", boot count " + bootCount + ": must be != 0, >= 1");
    }
  }

  /** The member that this directory makes of the node. */
  public MemberId member() {
    return new MemberId(node, incarnation);
  }

  /** How this process introduces itself to a peer with which it shares {@code fingerprint}. */
  public Greeting greeting(String fingerprint) {
    return new Greeting(meshId, fingerprint, member(), bootCount, bootNonce);
  }
}
