package io.holdfast.chaos.power.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What power cuts did to changes that were not synced.
 *
 * @param kept writes that survived whole
 * @param dropped writes of which nothing survived
 * @param torn writes of which some sectors survived and some did not
 * @param reordered changes that survived though an earlier one, of any file, was lost
 * @param undoneCreations files and directories whose names were lost
 * @param undoneRenames files that are under their old name again
 * @param undoneDeletions files that are back
 * @param undoneTruncations files that are as long as before
 */
public record CutCounts(
    long kept,
    long dropped,
    long torn,
    long reordered,
    long undoneCreations,
    long undoneRenames,
    long undoneDeletions,
    long undoneTruncations) {

  /** Nothing. */
  public static final CutCounts NONE = new CutCounts(0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public CutCounts plus(CutCounts more) {
    return new CutCounts(
        kept + more.kept,
        dropped + more.dropped,
        torn + more.torn,
        reordered + more.reordered,
        undoneCreations + more.undoneCreations,
        undoneRenames + more.undoneRenames,
        undoneDeletions + more.undoneDeletions,
        undoneTruncations + more.undoneTruncations);
  }

  /** Counts during one cut. */
  static final class Tally {

    private long kept;
    private long dropped;
    private long torn;
    private long undoneCreations;
    private long undoneRenames;
    private long undoneDeletions;
    private long undoneTruncations;
    private long firstLost = Long.MAX_VALUE;
    private final List<Long> survived = new ArrayList<>();

    /** A write of {@code all} sectors, {@code surviving} of which are there. */
    void write(long order, int surviving, int all) {
      if (surviving == all) {
        kept++;
        survived.add(order);
      } else {
        firstLost = Math.min(firstLost, order);
        if (surviving == 0) {
          dropped++;
        } else {
          torn++;
          survived.add(order);
        }
      }
    }

    void truncation(long order, boolean survives) {
      undoneTruncations += note(order, survives);
    }

    void creation(long order, boolean survives) {
      undoneCreations += note(order, survives);
    }

    void rename(long order, boolean survives) {
      undoneRenames += note(order, survives);
    }

    void deletion(long order, boolean survives) {
      undoneDeletions += note(order, survives);
    }

    private long note(long order, boolean survives) {
      if (survives) {
        survived.add(order);
        return 0;
      }
      firstLost = Math.min(firstLost, order);
      return 1;
    }

    CutCounts counts() {
      long reordered = survived.stream().filter(order -> order > firstLost).count();
      return new CutCounts(
          kept,
          dropped,
          torn,
          reordered,
          undoneCreations,
          undoneRenames,
          undoneDeletions,
          undoneTruncations);
    }
  }
}
