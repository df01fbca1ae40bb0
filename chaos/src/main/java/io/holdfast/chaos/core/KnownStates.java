package io.holdfast.chaos.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The configurations of a {@link TransactionSearch} looked at so far, without those covered. */
final class KnownStates {

  /** All that decides what can still follow. */
  static final class Configuration {
    private final int level;
    private final int[] held;
    private final int[] writes;
    private final int[] reads;
    private final int[] unknown;

    /**
     * @param level the operation that is due
     * @param held what the registers hold, where that matters
     * @param writes the running operations that have a place and change something, in order
     * @param reads the other running ones that have a place, in order
     * @param unknown the unknown operations that have a place, in order
     */
    Configuration(int level, int[] held, int[] writes, int[] reads, int[] unknown) {
      this.level = level;
      this.held = held;
      this.writes = writes;
      this.reads = reads;
      this.unknown = unknown;
    }

    /** Whether all that can follow {@code other}, of the same place, can follow this one. */
    boolean covers(Configuration other) {
      return contains(reads, other.reads) && contains(other.unknown, unknown);
    }

    private static boolean contains(int[] all, int[] some) {
      int i = 0;
      for (int each : some) {
        while (i < all.length && all[i] < each) {
          i++;
        }
        if (i == all.length || all[i] != each) {
          return false;
        }
      }
      return true;
    }

    private long weight() {
      return OVERHEAD + (held.length + writes.length + reads.length + unknown.length) / 2;
    }
  }

  /** Configurations that are alike but for what {@link Configuration#covers} compares. */
  private static final class Place {
    private final Configuration one;
    private final int hash;

    private Place(Configuration one) {
      this.one = one;
      hash = 31 * (31 * Arrays.hashCode(one.held) + Arrays.hashCode(one.writes)) + one.level;
    }

    @Override
    public boolean equals(Object object) {
      return object instanceof Place other
          && hash == other.hash
          && one.level == other.one.level
          && Arrays.equals(one.held, other.one.held)
          && Arrays.equals(one.writes, other.one.writes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** What one takes beside its numbers, with its place and its list, in words of eight bytes. */
  private static final long OVERHEAD = 24;

  private final Map<Place, List<Configuration>> found = new HashMap<>();
  private final long maxWords;
  private long words;
  private long compared;

  KnownStates(long maxWords) {
    this.maxWords = maxWords;
  }

  /** How many pairs were compared. */
  long compared() {
    return compared;
  }

  /** Remembers {@code candidate}; false when one that was looked at before covers it. */
  boolean add(Configuration candidate) {
    Place place = new Place(candidate);
    List<Configuration> there = found.get(place);
    if (there != null) {
      for (Configuration other : there) {
        compared++;
        if (other.covers(candidate)) {
          return false;
        }
      }
      there.removeIf(candidate::covers);
    }
    if (words + candidate.weight() <= maxWords) {
      words += candidate.weight();
      found.computeIfAbsent(place, unseen -> new ArrayList<>(1)).add(candidate);
    }
    return true;
  }
}
