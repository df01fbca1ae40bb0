package io.holdfast.config.core.control;

/**
 * Which manifests hold in a group: each activation makes a new epoch, whose number is one more.
 *
 * @param number 0 for what the settings seed
 * @param setHash what the active set is called by
 * @param previousHash the set of the epoch before; {@link SetHash#NONE} for the first
 */
public record ControlEpoch(long number, SetHash setHash, SetHash previousHash) {

  public ControlEpoch {
    if (number < 0) {
      throw new IllegalArgumentException("control epoch " + number + ": allowed is 0 or more");
    }
  }

  /** The epoch that a group starts with. */
  public static ControlEpoch first(SetHash setHash) {
    return new ControlEpoch(0, setHash, SetHash.NONE);
  }

  /** The epoch after this one, whichever set it activates. */
  public ControlEpoch next(SetHash newHash) {
    return new ControlEpoch(Math.addExact(number, 1), newHash, setHash);
  }

  /** OneEpochPerWrite: whether this is the epoch that was pinned, by both its names. */
  public boolean is(long pinnedNumber, SetHash pinnedHash) {
    return number == pinnedNumber && setHash.equals(pinnedHash);
  }

  /** For people: {@code 3 (a1b2c3d4e5f6)}. */
  @Override
  public String toString() {
    return number + " (" + setHash.shortHex() + ")";
  }
}
