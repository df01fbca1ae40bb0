package io.holdfast.chaos.power;

/**
 * What machines have tidied up, as it was found at their starts: a run in which none of it happened
 * shows nothing about it.
 *
 * @param snapshots starts that found a newer snapshot of the acceptor than the one before
 * @param trimmedSlots slots that the log no longer holds
 * @param deletedEvents events that were deleted from the journal
 * @param compactedRevisions revisions that the store has forgotten
 */
public record Upkeep(
    long snapshots, long trimmedSlots, long deletedEvents, long compactedRevisions) {

  /** Nothing yet. */
  public static final Upkeep NONE = new Upkeep(0, 0, 0, 0);

  /** Both together. */
  public Upkeep plus(Upkeep more) {
    return new Upkeep(
        snapshots + more.snapshots,
        trimmedSlots + more.trimmedSlots,
        deletedEvents + more.deletedEvents,
        compactedRevisions + more.compactedRevisions);
  }
}
