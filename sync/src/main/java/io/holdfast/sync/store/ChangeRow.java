package io.holdfast.sync.store;

import io.holdfast.sync.core.LinkedChange;
import java.util.List;

/**
 * Changes that stand in one row, in the order of their places.
 *
 * @param key what the row is found by: the place of the first change that it was written with,
 *     which may have been collected since
 * @param changes the changes; not empty
 * @param bytes what they take in the row
 */
record ChangeRow(long key, List<LinkedChange> changes, int bytes) {

  ChangeRow {
    changes = List.copyOf(changes);
  }

  long lastPlace() {
    return changes.isEmpty() ? key : changes.get(changes.size() - 1).change().place();
  }
}
