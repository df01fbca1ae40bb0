package io.holdfast.chaos.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far an attempt to order the operations of one register has come: all that decides what can
 * still follow, and the way that led here.
 */
final class Configuration {

  /** What has been placed at this level so far. */
  enum Phase {
    /** Nothing. */
    FRESH,
    /** Swaps of what the register held. */
    SWAPPED,
    /** A write, and perhaps swaps of what it left. */
    WRITTEN,
    /** A write in front of the last visible one, which hides it, and perhaps swaps after it. */
    HIDDEN
  }

  private static final int[] NOTHING = {};

  private final @Nullable Configuration before;

  /** What was placed since {@link #before}; the complement of a number when it is hidden. */
  private int[] placed = NOTHING;

  private int level;
  private Phase phase;
  private int state;
  private int hiddenState = Timeline.NONE;
  private int lastWrite;
  private final long[] used;

  /** Pairs of a kind and how many of it are used, by kind. */
  private int[] usedKinds;

  /** Where the search begins: before level 0, with the register empty. */
  Configuration(int words) {
    before = null;
    level = -1;
    phase = Phase.FRESH;
    state = Timeline.INITIAL;
    lastWrite = -1;
    used = new long[words];
    usedKinds = NOTHING;
  }

  private Configuration(Configuration before) {
    this.before = before.placed.length == 0 ? before.before : before;
    level = before.level;
    phase = before.phase;
    state = before.state;
    hiddenState = before.hiddenState;
    lastWrite = before.lastWrite;
    used = before.used.clone();
    usedKinds = before.usedKinds;
  }

  /** A configuration that continues this one, to be changed before it is looked at. */
  Configuration next() {
    return new Configuration(this);
  }

  @Nullable Configuration before() {
    return before;
  }

  int[] placed() {
    return placed;
  }

  int level() {
    return level;
  }

  Phase phase() {
    return phase;
  }

  /** What the register holds. */
  int state() {
    return state;
  }

  /** In phase {@link Phase#HIDDEN}: what the register held at that point in the past. */
  int hiddenState() {
    return hiddenState;
  }

  /** What the next swap would find. */
  int found() {
    return phase == Phase.HIDDEN ? hiddenState : state;
  }

  /** The level at which the last visible write was placed; -1: there is none. */
  int lastWrite() {
    return lastWrite;
  }

  boolean used(int bit) {
    return (used[bit >>> 6] & (1L << bit)) != 0;
  }

  int usedOf(int kind) {
    for (int i = 0; i < usedKinds.length; i += 2) {
      if (usedKinds[i] >= kind) {
        return usedKinds[i] == kind ? usedKinds[i + 1] : 0;
      }
    }
    return 0;
  }

  void use(int bit) {
    used[bit >>> 6] |= 1L << bit;
  }

  void useOf(int kind) {
    int i = 0;
    while (i < usedKinds.length && usedKinds[i] < kind) {
      i += 2;
    }
    boolean present = i < usedKinds.length && usedKinds[i] == kind;
    int[] changed = new int[usedKinds.length + (present ? 0 : 2)];
    System.arraycopy(usedKinds, 0, changed, 0, i);
    System.arraycopy(usedKinds, i, changed, present ? i : i + 2, usedKinds.length - i);
    changed[i] = kind;
    changed[i + 1] = present ? changed[i + 1] + 1 : 1;
    usedKinds = changed;
  }

  /** Adds to the order; {@code hidden}: in front of the last visible write. */
  void append(int operation, boolean hidden) {
    placed = Arrays.copyOf(placed, placed.length + 1);
    placed[placed.length - 1] = hidden ? ~operation : operation;
  }

  void hold(int value) {
    if (phase == Phase.HIDDEN) {
      hiddenState = value;
    } else {
      state = value;
    }
  }

  void enter(Phase entered) {
    phase = entered;
    if (entered == Phase.WRITTEN) {
      lastWrite = level;
    }
  }

  /** Goes to the next level; {@code bit} is free for another operation. */
  void advance(int bit) {
    if (bit >= 0) {
      used[bit >>> 6] &= ~(1L << bit);
    }
    level++;
    phase = Phase.FRESH;
    hiddenState = Timeline.NONE;
  }

  /**
   * Whether all that can follow {@code other} can follow this one as well. Both are of one level,
   * phase and state. A read is better placed than not; a write is better not placed: it may be
   * hidden in front of the last visible one, which is no earlier here. Of unknown operations the
   * fewer are used the better, and swaps are better used than writes that leave the same.
   */
  boolean covers(Configuration other, Timeline timeline) {
    if (lastWrite < other.lastWrite) {
      return false;
    }
    int writes = timeline.firstWriteWord();
    int swaps = timeline.firstSwapWord();
    for (int word = 0; word < used.length; word++) {
      long here = used[word];
      long there = other.used[word];
      long worse = word < writes ? there & ~here : word < swaps ? here & ~there : here ^ there;
      if (worse != 0) {
        return false;
      }
    }
    return usedKinds == other.usedKinds || usesNoMore(usedKinds, other.usedKinds, timeline);
  }

  /** Kinds are numbered so that those that leave one value are neighbours, the write first. */
  private static boolean usesNoMore(int[] here, int[] there, Timeline timeline) {
    int i = 0;
    int j = 0;
    int value = Timeline.NONE;
    int spare = 0;
    while (i < here.length || j < there.length) {
      int kind = Math.min(next(here, i), next(there, j));
      int more = 0;
      if (next(here, i) == kind) {
        more += here[i + 1];
        i += 2;
      }
      if (next(there, j) == kind) {
        more -= there[j + 1];
        j += 2;
      }
      int first = timeline.kind(kind)[0];
      if (timeline.leaves(first) != value) {
        value = timeline.leaves(first);
        spare = 0;
      }
      if (more < 0 && timeline.blind(first)) {
        spare = -more;
      } else if (more > 0) {
        spare -= more;
        if (spare < 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static int next(int[] pairs, int index) {
    return index < pairs.length ? pairs[index] : Integer.MAX_VALUE;
  }

  /** What it takes in memory, in words of eight bytes. */
  int weight() {
    return 16 + used.length + (placed.length + usedKinds.length) / 2;
  }
}
