package io.holdfast.chaos.core;

/**
 * How much a check may cost. Without a bound it may take exponential time and memory.
 *
 * @param steps configurations looked at, 1 or more
 * @param cacheWords words of eight bytes that remember configurations which lead nowhere, 0 or
 *     more; when they are used up the check goes on without remembering more
 */
public record Budget(long steps, long cacheWords) {

  /** The cache takes about 320 MB at most. */
  public static final Budget DEFAULT = new Budget(50_000_000, 40_000_000);

  /** Rejects a budget that allows no step. */
  public Budget {
    if (steps < 1 || cacheWords < 0) {
      throw new IllegalArgumentException(
          "steps " + steps + " must be 1 or more, cacheWords " + cacheWords + " 0 or more");
    }
  }

  Budget withSteps(long changed) {
    return new Budget(changed, cacheWords);
  }
}
