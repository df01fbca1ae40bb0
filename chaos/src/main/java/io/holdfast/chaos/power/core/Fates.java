package io.holdfast.chaos.power.core;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Draws what becomes of changes that a power cut finds unsynced. A disk promises nothing of them:
 * each may be on the medium, or not, or in part, whatever became of the others. One cut is drawn to
 * lose all, another none, most some: a drive with an empty queue, one with a long one.
 */
public final class Fates {

  private final SplittableRandom random;
  private final double surviving;
  private final double torn;

  private Fates(SplittableRandom random, double surviving, double torn) {
    this.random = random;
    this.surviving = surviving;
    this.torn = torn;
  }

  /** The fates of one cut. */
  static Fates draw(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Fates(random, 0, 0);
      case 1 -> new Fates(random, 1, 0);
      case 2 -> new Fates(random, random.nextDouble(), 1);
      default -> new Fates(random, random.nextDouble(), random.nextDouble());
    };
  }

  /** Whether a change that is there or not there survives. */
  boolean survives() {
    return random.nextDouble() < surviving;
  }

  /**
   * Which sectors of a write survive. A sector is there or not: drives see to that.
   *
   * @param count of how many sectors it is, 1 or more
   */
  BitSet sectors(int count) {
    BitSet sectors = new BitSet(count);
    if (count > 1 && random.nextDouble() < torn) {
      tear(sectors, count);
    } else if (survives()) {
      sectors.set(0, count);
    }
    return sectors;
  }

  /** Cut off at some sector, in the order of the medium or against it, or here and there. */
  private void tear(BitSet sectors, int count) {
    int at = 1 + random.nextInt(count - 1);
    switch (random.nextInt(3)) {
      case 0 -> sectors.set(0, at);
      case 1 -> sectors.set(at, count);
      default -> {
        for (int sector = 0; sector < count; sector++) {
          sectors.set(sector, random.nextBoolean());
        }
        sectors.set(at - 1, random.nextBoolean());
        sectors.set(at, !sectors.get(at - 1));
      }
    }
  }
}
