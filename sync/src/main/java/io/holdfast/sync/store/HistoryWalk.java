package io.holdfast.sync.store;

import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.LinkedChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Walks from later versions of keys back to those of a revision, all keys a step at a time. */
final class HistoryWalk {

  private HistoryWalk() {}

  /** As {@link ReplicaStore#readAt}. */
  static List<Optional<Change>> readAt(ChangeReader reader, List<Long> heads, long revision)
      throws SQLException {
    List<Optional<Change>> results =
        new ArrayList<>(Collections.nCopies(heads.size(), Optional.empty()));
    long[] at = heads.stream().mapToLong(Long::longValue).toArray();
    List<Integer> walking = new ArrayList<>();
    for (int i = 0; i < at.length; i++) {
      walking.add(i);
    }
    while (!walking.isEmpty()) {
      TreeSet<Long> places = new TreeSet<>();
      walking.forEach(i -> places.add(at[i]));
      Map<Long, LinkedChange> found = reader.find(places);
      List<Integer> further = new ArrayList<>();
      for (int i : walking) {
        LinkedChange linked = found.get(at[i]);
        if (linked == null) {
          continue;
        }
        if (linked.change().modRevision() <= revision) {
          results.set(i, Optional.of(linked.change()));
        } else {
          at[i] = linked.towards(revision);
          if (at[i] != 0) {
            further.add(i);
          }
        }
      }
      walking = further;
    }
    return results;
  }
}
