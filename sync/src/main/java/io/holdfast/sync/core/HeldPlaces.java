package io.holdfast.sync.core;

import java.util.List;

/**
 * Which changes of a stretch of history a store holds. A store that goes on receiving what another
 * one had begun to send keeps of its own only these: the others were collected since. It must not
 * keep them. Where a delete was collected that came after the stretch, the put before it, which
 * would be kept, would bring its key back.
 *
 * <p>It says what the changes are, too: whoever had sent them may have diverged, and where a place
 * has something else than here, nothing of it can be kept.
 *
 * @param after the stretch begins after this place
 * @param upTo its last place
 * @param changes the changes that are held, in the order of their places
 */
public record HeldPlaces(long after, long upTo, List<Held> changes) {

  /**
   * A change that is held.
   *
   * @param place its place
   * @param checksum its {@link Change#checksum()}
   */
  public record Held(long place, int checksum) {

    /** That of a change. */
    public static Held of(Change change) {
      return new Held(change.place(), change.checksum());
    }
  }

  public HeldPlaces {
    changes = List.copyOf(changes);
    long last = after;
    for (Held held : changes) {
      if (held.place() <= last) {
        throw new IllegalArgumentException("held place " + held.place() + " after " + last);
      }
      last = held.place();
    }
    if (after < 0 || upTo <= after || last > upTo) {
      throw new IllegalArgumentException(
          "held places after %d up to %d, the last %d".formatted(after, upTo, last));
    }
  }
}
