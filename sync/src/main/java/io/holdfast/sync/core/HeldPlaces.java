package io.holdfast.sync.core;

import java.util.List;

/**
 * Which changes of a stretch of history a store holds. A store that goes on receiving what another
 * one had begun to send keeps of its own only these: the others were collected since. It must not
 * keep them. Where a delete was collected that came after the stretch, the put before it, which
 * would be kept, would bring its key back.
 *
 * @param after the stretch begins after this place
 * @param upTo its last place
 * @param places the changes that are held, ascending
 */
public record HeldPlaces(long after, long upTo, List<Long> places) {

  public HeldPlaces {
    places = List.copyOf(places);
    long last = after;
    for (long place : places) {
      if (place <= last) {
        throw new IllegalArgumentException("held place " + place + " after " + last);
      }
      last = place;
    }
    if (after < 0 || upTo <= after || last > upTo) {
      throw new IllegalArgumentException(
          "held places after %d up to %d, the last %d".formatted(after, upTo, last));
    }
  }
}
