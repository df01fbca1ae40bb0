package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The configurations looked at so far, without those that others cover. */
final class Explored {

  private record Place(int level, Configuration.Phase phase, int state, int hiddenState) {}

  /** What a place takes in memory, with its entry and its list, in words of eight bytes. */
  private static final long PLACE_WEIGHT = 16;

  private final Map<Place, List<Configuration>> found = new HashMap<>();
  private final Timeline timeline;
  private final long maxWords;
  private long words;
  private long compared;

  Explored(Timeline timeline, long maxWords) {
    this.timeline = timeline;
    this.maxWords = maxWords;
  }

  /** How many pairs were compared. */
  long compared() {
    return compared;
  }

  /** Remembers {@code candidate}; false when one that was looked at before covers it. */
  boolean add(Configuration candidate) {
    Place place =
        new Place(candidate.level(), candidate.phase(), candidate.state(), candidate.hiddenState());
    List<Configuration> there = found.get(place);
    if (there != null) {
      for (Configuration other : there) {
        compared++;
        if (other.covers(candidate, timeline)) {
          return false;
        }
      }
      // What is covered only takes room; its weight stays counted: orders may still lead to it.
      there.removeIf(other -> candidate.covers(other, timeline));
    }
    long weight = candidate.weight() + (there == null ? PLACE_WEIGHT : 0L);
    if (words + weight <= maxWords) {
      words += weight;
      found.computeIfAbsent(place, unseen -> new ArrayList<>(1)).add(candidate);
    }
    return true;
  }
}
