package io.holdfast.sync.core;

/**
 * A change as a store keeps it.
 *
 * @param change the change
 * @param jump the place of an older version of its key than {@code change.previous()}, through
 *     which a walk to a far revision gets there in few steps; 0 for none
 */
public record LinkedChange(Change change, long jump) {

  public LinkedChange {
    if (jump < 0 || (jump > 0 && jump >= change.previous())) {
      throw new IllegalArgumentException(
          "jump from place %d to %d, previous %d"
              .formatted(change.place(), jump, change.previous()));
    }
  }

  /**
   * Where a walk to the newest version at or before {@code revision} goes on from here, which is
   * after it; 0 where there is nothing older. A jump never passes what is looked for.
   */
  public long towards(long revision) {
    return jump != 0 && Place.revision(jump) > revision ? jump : change.previous();
  }
}
