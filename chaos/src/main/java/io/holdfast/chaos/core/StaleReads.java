package io.holdfast.chaos.core;

import java.util.Arrays;

/**
 * Finds results that no order can explain, each by itself: something needs a value that nothing
 * wrote, or that was overwritten for sure, by an operation that lies wholly between all that could
 * have written it and what needs it. The search would find the same, after it has tried all orders
 * of everything before.
 */
final class StaleReads {

  private final Timeline timeline;
  private final int[][] writerReturned;

  /** Returns of the known operations; the latest invocation of one of them that changes it. */
  private final int[] ended;

  private final int[] latestChange;

  StaleReads(Timeline timeline) {
    this.timeline = timeline;
    writerReturned = new int[timeline.values()][];
    for (int value = 0; value < writerReturned.length; value++) {
      int[] writers = timeline.writers(value);
      writerReturned[value] = Arrays.stream(writers).map(timeline::returned).toArray();
      for (int i = 1; i < writers.length; i++) {
        writerReturned[value][i] = Math.max(writerReturned[value][i], writerReturned[value][i - 1]);
      }
    }
    ended = new int[timeline.known()];
    latestChange = new int[timeline.known()];
    int latest = -1;
    for (int i = 0; i < timeline.known(); i++) {
      if (!timeline.reads(i)) {
        latest = Math.max(latest, timeline.invoked(i));
      }
      ended[i] = timeline.returned(i);
      latestChange[i] = latest;
    }
  }

  /** The first level at which there is one; the number of levels when there is none. */
  int first() {
    int level = 0;
    while (level < timeline.known() && !stale(level)) {
      level++;
    }
    return level;
  }

  private boolean stale(int operation) {
    int value = timeline.needs(operation);
    if (value == Timeline.NONE) {
      return false;
    }
    int writers = timeline.writersBefore(value, timeline.returned(operation));
    if (writers == 0 && value != Timeline.INITIAL) {
      return true;
    }
    int lastWritten = writers == 0 ? -1 : writerReturned[value][writers - 1];
    return lastChangeBefore(timeline.invoked(operation)) > lastWritten;
  }

  /**
   * The latest invocation of what changed the register and returned before {@code position}. If
   * that wrote the value itself, it returned after it, and is no reason to call the value gone.
   */
  private int lastChangeBefore(int position) {
    int index = -Arrays.binarySearch(ended, position) - 2;
    return index < 0 ? -1 : latestChange[index];
  }
}
