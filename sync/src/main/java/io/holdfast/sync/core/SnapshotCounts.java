package io.holdfast.sync.core;

/**
 * What stands in the rows of a snapshot.
 *
 * @param rows all rows
 * @param heldPlaces places of changes that are named but not sent
 * @param changes changes
 * @param touchedKeys keys that entered a generation of the cache
 * @param writeIds write ids
 * @param answers results of writes with their details
 * @param leases leases
 * @param epochs rows of what is active, and was
 * @param reservations numbers that are given
 * @param exclusions places of pools from which something is excluded
 */
public record SnapshotCounts(
    long rows,
    long heldPlaces,
    long changes,
    long touchedKeys,
    long writeIds,
    long answers,
    long leases,
    long epochs,
    long reservations,
    long exclusions) {

  static final SnapshotCounts NONE = new SnapshotCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** These and one more row, in which so many stand. */
  SnapshotCounts plus(SnapshotRow.Kind kind, long units) {
    boolean held = kind == SnapshotRow.Kind.HELD_PLACES;
    boolean changed = kind == SnapshotRow.Kind.CHANGES;
    boolean touched = kind == SnapshotRow.Kind.TOUCHED_KEYS;
    boolean written = kind == SnapshotRow.Kind.WRITE_IDS;
    boolean answered = kind == SnapshotRow.Kind.ANSWER;
    boolean leased = kind == SnapshotRow.Kind.LEASES;
    boolean active = kind == SnapshotRow.Kind.EPOCHS;
    boolean reserved = kind == SnapshotRow.Kind.RESERVATION;
    boolean excluded = kind == SnapshotRow.Kind.EXCLUSIONS;
    return new SnapshotCounts(
        rows + 1,
        heldPlaces + (held ? units : 0),
        changes + (changed ? units : 0),
        touchedKeys + (touched ? units : 0),
        writeIds + (written ? units : 0),
        answers + (answered ? units : 0),
        leases + (leased ? units : 0),
        epochs + (active ? units : 0),
        reservations + (reserved ? units : 0),
        exclusions + (excluded ? units : 0));
  }
}
