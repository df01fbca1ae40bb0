package io.holdfast.sync.core;

import io.holdfast.acceptor.core.Slot;

/**
 * What the state row of a store holds: the replica's header, and how far the store itself is.
 *
 * @param header the replica's header
 * @param lastPlace the place of the newest change; 0 before the first
 * @param collected changes up to this place were treated by the collection of compacted history
 * @param changeCount how many changes are stored
 * @param firstTouchedRow the number of the oldest row of touched keys
 * @param nextTouchedRow the number of the next one
 * @param installedAt the slot of the snapshot that the store was made from; 0 where it grew by the
 *     log alone
 */
public record StoredProgress(
    StateHeader header,
    long lastPlace,
    long collected,
    long changeCount,
    long firstTouchedRow,
    long nextTouchedRow,
    Slot installedAt) {

  public StoredProgress {
    if (lastPlace < 0
        || Place.revision(lastPlace) > header.revision()
        || collected < 0
        || changeCount < 0
        || firstTouchedRow < 0
        || nextTouchedRow < firstTouchedRow
        || installedAt.isAfter(header.applied())) {
      throw new IllegalArgumentException(
          ("last place %d, collected to %d, %d changes, touched rows %d to %d, installed at slot %s,"
                  + " at slot %s and revision %d")
              .formatted(
                  lastPlace,
                  collected,
                  changeCount,
                  firstTouchedRow,
                  nextTouchedRow,
                  installedAt,
                  header.applied(),
                  header.revision()));
    }
  }

  /** That of a new store. */
  public static StoredProgress empty(StateTerms terms) {
    return new StoredProgress(StateHeader.empty(terms), 0, 0, 0, 0, 0, Slot.ZERO);
  }

  /** The same after a part of the compacted history was taken away. */
  public StoredProgress collectedTo(long place, long removed) {
    return new StoredProgress(
        header,
        lastPlace,
        place,
        changeCount - removed,
        firstTouchedRow,
        nextTouchedRow,
        installedAt);
  }

  /** The same with another header of the same slot. */
  public StoredProgress with(StateHeader other) {
    return new StoredProgress(
        other, lastPlace, collected, changeCount, firstTouchedRow, nextTouchedRow, installedAt);
  }
}
