package io.holdfast.config.core;

/**
 * What a node durably knows of another.
 *
 * @param incarnation the only one that may speak under the name; never 0
 * @param bootCount the highest seen; from 1
 * @param bootNonce the nonce of that boot
 */
public record KnownPeer(long incarnation, long bootCount, long bootNonce) {

  public KnownPeer {
    if (incarnation == 0 || bootCount < 1) {
      throw new IllegalArgumentException(
          "incarnation " + incarnation + ", boot count " + bootCount + ": must be != 0, >= 1");
    }
  }
}
