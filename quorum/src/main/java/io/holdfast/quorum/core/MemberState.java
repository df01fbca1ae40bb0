package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;

/**
 * What a member tells the others of itself, with every heartbeat.
 *
 * @param learnedUpTo every slot up to here can be fetched from it
 * @param applied the last slot that it executed
 * @param chainHash its chain hash there
 * @param durableUpTo its store holds everything up to here
 * @param wallMillis its wall clock, in milliseconds since 1970
 */
public record MemberState(
    Slot learnedUpTo, Slot applied, Digest chainHash, Slot durableUpTo, long wallMillis) {

  /** Of a member that has not said anything yet. */
  public static final MemberState UNKNOWN =
      new MemberState(Slot.ZERO, Slot.ZERO, Digest.ZERO, Slot.ZERO, 0);
}
