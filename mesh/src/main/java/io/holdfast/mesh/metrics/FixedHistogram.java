package io.holdfast.mesh.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts amounts in fixed buckets. Recording one costs a short search and two additions, allocates
 * nothing and needs no registry: it may be done on the way of every write. For any thread.
 */
public final class FixedHistogram {

  /** 0.1 ms to 10 s: what a step in memory takes, and what a request may wait. */
  private static final long[] LATENCY_MICROS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000
  };

  private static final double NANOS_PER_SECOND = 1e9;

  private final long[] bounds;
  private final double perUnit;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  /**
   * @param bounds the largest amount of each bucket but the last, which has none; ascending
   * @param perUnit how many of an amount make one of the unit that is shown
   */
  private FixedHistogram(long[] bounds, double perUnit) {
    this.bounds = bounds;
    this.perUnit = perUnit;
    this.counts = new LongAdder[bounds.length + 1];
    Arrays.setAll(counts, bucket -> new LongAdder());
  }

  /** Of nanoseconds, from 0.1 ms to 10 s in 16 buckets; shown in seconds. */
  public static FixedHistogram ofLatency() {
    return new FixedHistogram(
        Arrays.stream(LATENCY_MICROS).map(TimeUnit.MICROSECONDS::toNanos).toArray(),
        NANOS_PER_SECOND);
  }

  /** Of milliseconds between two clocks, from 1 ms to 5 minutes; shown in seconds. */
  static FixedHistogram ofSkew() {
    return new FixedHistogram(
        new long[] {
          1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000
        },
        1000);
  }

  /** Of commands in a batch, from 1 to 512. */
  static FixedHistogram ofCommands() {
    return new FixedHistogram(new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 384, 512}, 1);
  }

  /** Of bytes of a batch, from 256 to 4 MiB. */
  static FixedHistogram ofBytes() {
    return new FixedHistogram(
        new long[] {
          256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20,
          2 << 20, 4 << 20
        },
        1);
  }

  /** Records an amount; a negative one, as of clocks that step, is none. */
  public void record(long amount) {
    int bucket = 0;
    while (bucket < bounds.length && amount > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(Math.max(0, amount));
  }

  /** The largest amount of each bucket, in the unit that is shown; the last is infinite. */
  double[] upperBounds() {
    double[] upper = new double[counts.length];
    for (int i = 0; i < bounds.length; i++) {
      upper[i] = bounds[i] / perUnit;
    }
    upper[bounds.length] = Double.POSITIVE_INFINITY;
    return upper;
  }

  /** How many amounts were in each bucket. */
  long[] counts() {
    return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
  }

  /** How many amounts were recorded. */
  public long count() {
    return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
  }

  /** All amounts together, in the unit that is shown. */
  double sum() {
    return sum.sum() / perUnit;
  }
}
