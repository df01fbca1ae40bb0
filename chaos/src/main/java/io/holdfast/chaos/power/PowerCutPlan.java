package io.holdfast.chaos.power;

import java.util.Optional;

/**
 * How many power cuts, and which.
 *
 * @param cycles how many cycles of write, cut and restart, 1 or more
 * @param seed decides everything that is drawn
 * @param broken what is wrong on purpose; empty for the product as it is
 */
public record PowerCutPlan(int cycles, long seed, Optional<Breakage> broken) {

  /** The most cycles of one run. */
  public static final int MOST_CYCLES = 1_000_000;

  /**
   * After so many cycles a machine is replaced by a new one: what it holds is looked at as a whole
   * in each cycle, and would grow without end.
   */
  public static final int CYCLES_OF_A_MACHINE = 25;

  public PowerCutPlan {
    if (cycles < 1 || cycles > MOST_CYCLES) {
      throw new IllegalArgumentException(
          "%d cycles: allowed are 1 to %d".formatted(cycles, MOST_CYCLES));
    }
  }

  /** The product as it is. */
  public static PowerCutPlan of(int cycles, long seed) {
    return new PowerCutPlan(cycles, seed, Optional.empty());
  }

  int machines() {
    return (cycles + CYCLES_OF_A_MACHINE - 1) / CYCLES_OF_A_MACHINE;
  }

  int cyclesOf(int machine) {
    return Math.min(CYCLES_OF_A_MACHINE, cycles - machine * CYCLES_OF_A_MACHINE);
  }

  /**
   * The seed of a machine. That of the first is the plan's own: so a run of that seed alone plays
   * the same machine.
   */
  long seedOf(int machine) {
    if (machine == 0) {
      return seed;
    }
    // SplitMix64's finalizer: neighbouring seeds must not share machines. Positive, to be typed.
    long z = seed + machine * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (z ^ (z >>> 31)) >>> 1;
  }
}
