package io.holdfast.sync.store;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.HeldPlaces;
import io.holdfast.sync.core.Place;
import java.util.HashMap;
import java.util.Map;

/**
 * What stays of a stretch of history that an earlier attempt has left, by what the sender of this
 * one holds of it: what is at its place there is here as well, or whoever sent it had something
 * else, and then all of it is worth nothing.
 */
final class KeptHistory {

  private final HeldPlaces held;

  /** Of what the sender holds, what was not found here yet. */
  private final Map<Long, Integer> missing = new HashMap<>();

  KeptHistory(HeldPlaces held) {
    this.held = held;
    held.changes().forEach(change -> missing.put(change.place(), change.checksum()));
  }

  /**
   * Whether a change that is here stays. To be asked once for each.
   *
   * @throws SnapshotRefused when the sender has another one at its place
   */
  boolean keeps(Change here) {
    long place = here.place();
    if (place <= held.after() || place > held.upTo()) {
      return true;
    }
    Integer checksum = missing.remove(place);
    if (checksum != null && checksum != here.checksum()) {
      throw new SnapshotRefused(
          "the change at place " + place + " is another one than was sent before");
    }
    return checksum != null;
  }

  /**
   * How many of those that the sender holds are not here, once all that is here was looked at: they
   * were collected where they were sent from, so below its compaction point.
   *
   * @throws SnapshotRefused when one is missing that cannot have been collected
   */
  long collectedHere(long compacted) {
    for (long place : missing.keySet()) {
      if (place > Place.last(compacted)) {
        throw new SnapshotRefused("the change at place " + place + " is missing here");
      }
    }
    return missing.size();
  }
}
