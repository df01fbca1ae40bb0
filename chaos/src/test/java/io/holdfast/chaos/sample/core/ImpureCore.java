package io.holdfast.chaos.sample.core;

import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Does what no core may do, and one thing that it may. */
public final class ImpureCore {

  private final AtomicLong count = new AtomicLong();

  /** Reads clocks, draws without a seed, names its thread. */
  public String breakEveryRule() {
    return Thread.currentThread().getName()
        + System.nanoTime()
        + Instant.now()
        + new Random().nextLong()
        + count.get();
  }

  /**
   * Draws from a seed that is given: allowed.
   *
   * @param seed the seed
   */
  public long seeded(long seed) {
    return new Random(seed).nextLong();
  }
}
