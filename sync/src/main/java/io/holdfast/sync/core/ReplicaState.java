package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;

/**
 * All of a replica's state except its records and write ids, at one slot.
 *
 * @param applied the last slot whose effects are in it
 * @param chainHash h(applied) of section 5
 * @param revision count of state-changing commands so far
 * @param recordCount how many keys there are
 * @param writeIdWindow how many write ids are remembered; part of the state, since it decides
 *     outcomes
 * @param firstWriteOrdinal the oldest remembered write, counted over all writes ever
 * @param nextWriteOrdinal how many writes were ever executed
 * @param horizonMillis unknown write ids of this time or older have expired; -1 for none
 */
public record ReplicaState(
    Slot applied,
    Digest chainHash,
    long revision,
    long recordCount,
    int writeIdWindow,
    long firstWriteOrdinal,
    long nextWriteOrdinal,
    long horizonMillis) {

  public ReplicaState {
    if (revision < 0 || recordCount < 0 || horizonMillis < -1 || writeIdWindow < 1) {
      throw new IllegalArgumentException(
          "revision %d, record count %d, horizon %d, window %d"
              .formatted(revision, recordCount, horizonMillis, writeIdWindow));
    }
    long writes = nextWriteOrdinal - firstWriteOrdinal;
    if (firstWriteOrdinal < 0 || writes < 0 || writes > writeIdWindow) {
      throw new IllegalArgumentException(
          "write ordinals %d to %d with a window of %d"
              .formatted(firstWriteOrdinal, nextWriteOrdinal, writeIdWindow));
    }
  }

  /** Before the first slot. */
  public static ReplicaState empty(int writeIdWindow) {
    return new ReplicaState(Slot.ZERO, Digest.ZERO, 0, 0, writeIdWindow, 0, 0, -1);
  }
}
