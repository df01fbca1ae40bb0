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

  /** Returns of the known operations that change the register; the latest invocation up to each. */
  private final int[] changed;

  private final int[] latest;
  private final int[] latestValue;

  /** The latest invocation of one that leaves another value than {@link #latestValue}. */
  private final int[] latestOther;

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
    changed = new int[timeline.known()];
    latest = new int[timeline.known()];
    latestValue = new int[timeline.known()];
    latestOther = new int[timeline.known()];
    overwrites();
  }

  private void overwrites() {
    int first = -1;
    int value = Timeline.NONE;
    int other = -1;
    for (int i = 0; i < timeline.known(); i++) {
      int invoked = timeline.invoked(i);
      int left = timeline.leaves(i);
      if (left != Timeline.NONE && left == value) {
        first = Math.max(first, invoked);
      } else if (left != Timeline.NONE && invoked > first) {
        other = first;
        first = invoked;
        value = left;
      } else if (left != Timeline.NONE) {
        other = Math.max(other, invoked);
      }
      changed[i] = timeline.returned(i);
      latest[i] = first;
      latestValue[i] = value;
      latestOther[i] = other;
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
    return overwritten(value, timeline.invoked(operation)) > lastWritten;
  }

  /** The latest invocation of what leaves another value and returned before {@code position}. */
  private int overwritten(int value, int position) {
    int index = -Arrays.binarySearch(changed, position) - 2;
    if (index < 0) {
      return -1;
    }
    return latestValue[index] == value ? latestOther[index] : latest[index];
  }
}
