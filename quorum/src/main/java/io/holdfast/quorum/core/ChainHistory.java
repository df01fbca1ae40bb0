package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import org.jspecify.annotations.Nullable;

/** This node's chain hashes at its last executed slots, to compare with what others report. */
final class ChainHistory {

  /** Slots remembered: several seconds of writes, far more than members are apart while healthy. */
  private static final int SLOTS = 8192;

  private final Digest[] hashes = new Digest[SLOTS];
  private Slot applied;
  private long remembered;

  /** Starts after {@code applied}, with the hash there. */
  ChainHistory(Slot applied, Digest chainHash) {
    this.applied = applied;
    this.remembered = 1;
    hashes[indexOf(applied)] = chainHash;
  }

  void executed(Slot slot, Digest chainHash) {
    applied = slot;
    remembered = Math.min(remembered + 1, SLOTS);
    hashes[indexOf(slot)] = chainHash;
  }

  Slot applied() {
    return applied;
  }

  Digest chainHash() {
    return hashes[indexOf(applied)];
  }

  /** Our hash at {@code slot}, or null where it is ahead of us or too long ago. */
  @Nullable Digest at(Slot slot) {
    boolean known = slot.isAtMost(applied) && slot.number() > applied.number() - remembered;
    return known ? hashes[indexOf(slot)] : null;
  }

  /** Whether {@code reported}, a hash at {@code slot}, contradicts ours. */
  boolean contradicts(Slot slot, Digest reported) {
    Digest ours = at(slot);
    return ours != null && !ours.equals(reported);
  }

  private static int indexOf(Slot slot) {
    return (int) (slot.number() % SLOTS);
  }
}
