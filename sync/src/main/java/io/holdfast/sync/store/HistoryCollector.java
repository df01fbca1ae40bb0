package io.holdfast.sync.store;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.LinkedChange;
import io.holdfast.sync.core.Place;
import io.holdfast.sync.core.StoredProgress;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes away what compaction made unreadable: below a change at or before the compaction point, the
 * one before it of the same key; and a deletion there itself.
 *
 * <p>It goes in rounds. First it reads on through the changes that were not treated yet, and notes
 * the places that are dead; then it takes these away in their order, so that each row is rewritten
 * once a round however many of its changes are dead. That order also means that a deletion never
 * goes before an older version of its key, which would come back with the next load. Only a round
 * that is through is marked durably: one that a crash cut short is done again, and finds less.
 */
final class HistoryCollector {

  /**
   * The changes that a round notes, about; 8 bytes each, while it lasts. A round rewrites nearly
   * every row where keys are overwritten at random, so there had better be few.
   */
  private static final int NOTED = 1 << 20;

  /** How much of the rows one step may read, and so rewrite, about; and how many rows. */
  private static final long STEP_BYTES = 1 << 20;

  private static final int STEP_ROWS = 256;

  private static final int LEAST_ROOM = 1024;

  private final ChangeReader reader;
  private final ChangeWriter writer;
  private long[] dead = new long[LEAST_ROOM];
  private int noted;
  private int treated;
  private boolean sweeping;
  private long scanned;

  HistoryCollector(ChangeReader reader, ChangeWriter writer, StoredProgress state) {
    this.reader = reader;
    this.writer = writer;
    this.scanned = state.collected();
  }

  private static long limit(StoredProgress state) {
    long compacted = state.header().compacted();
    return compacted == 0 ? 0 : Place.last(compacted);
  }

  /** Whether there is anything to do. */
  boolean isDue(StoredProgress state) {
    return state.collected() < limit(state);
  }

  /**
   * One step; what it changes is the caller's to commit.
   *
   * @return the state after it
   */
  StoredProgress step(StoredProgress state) throws SQLException {
    if (!sweeping) {
      sweeping = scan(limit(state));
      return state;
    }
    long removed = sweep();
    if (treated < noted) {
      return state.collectedTo(state.collected(), removed);
    }
    sweeping = false;
    dead = new long[LEAST_ROOM];
    noted = 0;
    treated = 0;
    return state.collectedTo(scanned, removed);
  }

  /** Reads on; gives back whether the round has enough, or has come to the limit. */
  private boolean scan(long limit) throws SQLException {
    long bytes = 0;
    List<ChangeRow> rows = reader.rowOf(scanned + 1).map(List::of).orElseGet(List::of);
    long key = rows.isEmpty() ? -1 : rows.get(0).key();
    do {
      for (ChangeRow row : rows) {
        key = row.key();
        // The first row may have been read by the step before.
        bytes += row.lastPlace() > scanned ? row.bytes() : 0;
        row.changes().forEach(linked -> note(linked.change(), limit));
        scanned = Math.max(scanned, Math.min(limit, row.lastPlace()));
      }
      if (bytes >= STEP_BYTES || noted >= NOTED) {
        break;
      }
      rows = reader.after(key, limit);
    } while (!rows.isEmpty());
    if (rows.isEmpty()) {
      scanned = limit;
    }
    if (scanned < limit && noted < NOTED) {
      return false;
    }
    Arrays.sort(dead, 0, noted);
    return true;
  }

  private void note(Change change, long limit) {
    if (change.place() <= scanned || change.place() > limit) {
      return;
    }
    if (change.previous() != 0) {
      note(change.previous());
    }
    if (change.isDelete()) {
      note(change.place());
    }
  }

  private void note(long place) {
    if (noted == dead.length) {
      dead = Arrays.copyOf(dead, 2 * noted);
    }
    dead[noted++] = place;
  }

  private long sweep() throws SQLException {
    long removed = 0;
    long bytes = 0;
    for (int rows = 0; rows < STEP_ROWS && bytes < STEP_BYTES && treated < noted; rows++) {
      Optional<ChangeRow> found = reader.rowOf(dead[treated]);
      if (found.isEmpty() || dead[treated] > found.get().lastPlace()) {
        // Gone already, with all that is noted up to the next row.
        skipBelow(reader.keyAfter(dead[treated]));
        continue;
      }
      ChangeRow row = found.get();
      List<LinkedChange> kept =
          row.changes().stream().filter(linked -> !isDead(linked.change().place())).toList();
      if (kept.size() < row.changes().size()) {
        writer.retain(row, kept);
        removed += row.changes().size() - kept.size();
        bytes += row.bytes();
      }
      skipBelow(row.lastPlace() + 1);
    }
    return removed;
  }

  private void skipBelow(long place) {
    while (treated < noted && dead[treated] < place) {
      treated++;
    }
  }

  private boolean isDead(long place) {
    return Arrays.binarySearch(dead, treated, noted, place) >= 0;
  }
}
