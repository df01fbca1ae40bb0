package io.holdfast.chaos.core;

import java.util.Arrays;

/** The known operations that are running at one level, by their bits. */
final class Window {

  private final Timeline timeline;
  private final int[] running;
  private int level = -1;

  Window(Timeline timeline) {
    this.timeline = timeline;
    running = new int[timeline.words() * 64];
    Arrays.fill(running, Timeline.NONE);
  }

  /** Goes to another level; what that costs grows with the distance. */
  void moveTo(int wanted) {
    while (level < wanted) {
      if (level >= 0) {
        running[timeline.bit(level)] = Timeline.NONE;
      }
      level++;
      for (int i = timeline.arrived(level - 1); i < timeline.arrived(level); i++) {
        int arriving = timeline.arrival(i);
        running[timeline.bit(arriving)] = arriving;
      }
    }
    while (level > wanted) {
      for (int i = timeline.arrived(level - 1); i < timeline.arrived(level); i++) {
        running[timeline.bit(timeline.arrival(i))] = Timeline.NONE;
      }
      level--;
      if (level >= 0) {
        running[timeline.bit(level)] = level;
      }
    }
  }

  /** The bits of reads are from 0 to this one. */
  int endOfReads() {
    return timeline.firstWriteWord() * 64;
  }

  /** The bits of writes are from {@link #endOfReads} to this one. */
  int endOfWrites() {
    return timeline.firstSwapWord() * 64;
  }

  /** The bits of swaps are from {@link #endOfWrites} to this one. */
  int end() {
    return running.length;
  }

  /** The operation that has {@code bit}, or {@link Timeline#NONE}. */
  int at(int bit) {
    return running[bit];
  }
}
