package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;

/**
 * What a snapshot is of: a replica's state at one slot.
 *
 * @param slot the last slot whose effects are in it
 * @param chainHash h(slot) of section 5
 * @param lastPlace the place of its newest change; 0 where there is none
 * @param bytes about how many bytes its chunks take in all, for telling progress; 0 or more
 */
public record SnapshotHead(Slot slot, Digest chainHash, long lastPlace, long bytes) {

  public SnapshotHead {
    if (lastPlace < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "a snapshot of slot %s up to place %d, %d bytes".formatted(slot, lastPlace, bytes));
    }
  }
}
