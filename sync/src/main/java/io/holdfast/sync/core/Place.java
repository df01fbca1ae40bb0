package io.holdfast.sync.core;

/**
 * Where a change stands in a group's history: its revision, and its number among the changes of
 * that revision, in one long. Places grow with the history, so they order changes; the content of a
 * place never changes.
 */
public final class Place {

  /** How many keys one revision may change. */
  public static final int MAX_CHANGES = 1 << 16;

  /** The highest revision that a place can name. */
  public static final long MAX_REVISION = (1L << 47) - 1;

  private static final int ORDINAL_BITS = 16;

  private Place() {}

  /**
   * The place of a change.
   *
   * @param revision 1 to {@link #MAX_REVISION}; 0 for the place before the first
   * @param ordinal 0 to {@link #MAX_CHANGES} - 1
   */
  public static long of(long revision, int ordinal) {
    if (revision < 0 || revision > MAX_REVISION || ordinal < 0 || ordinal >= MAX_CHANGES) {
      throw new IllegalArgumentException("change %d of revision %d".formatted(ordinal, revision));
    }
    return (revision << ORDINAL_BITS) | ordinal;
  }

  /** The first place of a revision. */
  public static long first(long revision) {
    return of(revision, 0);
  }

  /** The last place that a revision may have. */
  public static long last(long revision) {
    return of(revision, MAX_CHANGES - 1);
  }

  /** The revision of a place. */
  public static long revision(long place) {
    return place >>> ORDINAL_BITS;
  }

  /** The number among the changes of its revision, from 0. */
  public static int ordinal(long place) {
    return (int) (place & (MAX_CHANGES - 1));
  }
}
