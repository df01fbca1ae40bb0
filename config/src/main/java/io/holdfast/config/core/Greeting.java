package io.holdfast.config.core;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a node says of itself before any other message.
 *
 * @param meshId the mesh that it belongs to
 * @param fingerprint what must be equal, for the groups that both sides share; at most 21,760
 *     characters ({@link HoldfastSettings#sharedFingerprint})
 * @param member its name and incarnation; never 0
 * @param bootCount how often its data directory was opened; from 1
 * @param bootNonce drawn at random by this boot
 * @param earlierNonces those of the boots before it, the latest first; at most {@link
 *     NodeIdentity#MAX_EARLIER_NONCES}, and none where they are not known
 */
public record Greeting(
    String meshId,
    String fingerprint,
    MemberId member,
    long bootCount,
    long bootNonce,
    List<Long> earlierNonces) {

  /**
   * The longest fingerprint, in characters: 17 groups of 7 members with the longest names fit, with
   * what each began with.
   */
  public static final int MAX_FINGERPRINT = 21_760;

  public Greeting {
    if (!GroupId.isValid(meshId)) {
      throw new IllegalArgumentException("mesh id: allowed are " + GroupId.ALLOWED);
    }
    if (fingerprint.length() > MAX_FINGERPRINT) {
      throw new IllegalArgumentException(
          "a fingerprint of " + fingerprint.length() + " characters: at most " + MAX_FINGERPRINT);
    }
    if (member.incarnation() == 0 || bootCount < 1) {
      throw new IllegalArgumentException(
          member + " with boot count " + bootCount + ": incarnation 0 and counts below 1 are none");
    }
    earlierNonces = List.copyOf(earlierNonces);
    if (earlierNonces.size() > Math.min(NodeIdentity.MAX_EARLIER_NONCES, bootCount - 1)) {
      throw new IllegalArgumentException(
          earlierNonces.size() + " earlier boots before boot " + bootCount);
    }
  }

  /** The nonce of {@code boot} in the history of the greeting directory, as far as it is known. */
  OptionalLong nonceOf(long boot) {
    long back = bootCount - boot;
    if (back == 0) {
      return OptionalLong.of(bootNonce);
    }
    return back > 0 && back <= earlierNonces.size()
        ? OptionalLong.of(earlierNonces.get((int) back - 1))
        : OptionalLong.empty();
  }
}
