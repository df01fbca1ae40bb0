package io.holdfast.sync.core;

/**
 * What stands in the rows of a snapshot.
 *
 * @param rows all rows
 * @param heldPlaces places of changes that are named but not sent
 * @param changes changes
 * @param touchedKeys keys that entered a generation of the cache
 * @param writeIds write ids
 * @param answers results of transactions
 * @param leases leases
 */
public record SnapshotCounts(
    long rows,
    long heldPlaces,
    long changes,
    long touchedKeys,
    long writeIds,
    long answers,
    long leases) {

  static final SnapshotCounts NONE = new SnapshotCounts(0, 0, 0, 0, 0, 0, 0);

  /** These and one more row, in which so many stand. */
  SnapshotCounts plus(SnapshotRow.Kind kind, long units) {
    return switch (kind) {
      case HELD_PLACES -> of(heldPlaces + units, changes, touchedKeys, writeIds, answers, leases);
      case CHANGES -> of(heldPlaces, changes + units, touchedKeys, writeIds, answers, leases);
      case TOUCHED_KEYS -> of(heldPlaces, changes, touchedKeys + units, writeIds, answers, leases);
      case WRITE_IDS -> of(heldPlaces, changes, touchedKeys, writeIds + units, answers, leases);
      case ANSWER -> of(heldPlaces, changes, touchedKeys, writeIds, answers + units, leases);
      case LEASES -> of(heldPlaces, changes, touchedKeys, writeIds, answers, leases + units);
    };
  }

  private SnapshotCounts of(
      long held, long changed, long touched, long written, long answered, long leased) {
    return new SnapshotCounts(rows + 1, held, changed, touched, written, answered, leased);
  }
}
