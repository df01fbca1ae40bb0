package io.holdfast.chaos.sim;

import io.holdfast.chaos.sim.SimResult.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Runs many seeds, each by itself, on several threads. What comes of a seed depends on it alone.
 */
public final class SeedRuns {

  /** So many failures are kept; all are counted. */
  public static final int MOST_FAILURES = 20;

  private final SeedRange range;
  private final Optional<SeededFault> fault;
  private final LongConsumer progress;
  private final AtomicLong next;
  private final Coverage coverage = new Coverage();
  private final List<FailedSeed> failures = new ArrayList<>();
  private long done;
  private long violations;
  private long livenessFailures;
  private double virtualSeconds;

  SeedRuns(SeedRange range, Optional<SeededFault> fault, LongConsumer progress) {
    this.range = range;
    this.fault = fault;
    this.progress = progress;
    this.next = new AtomicLong(range.first());
  }

  /**
   * Runs all seeds of a range.
   *
   * @param fault put into every process; empty for the product as it is
   * @param threads how many run at a time, 1 or more
   * @param progress is told how many are done, on any thread
   * @throws InterruptedException when the caller is interrupted; the runs end soon then
   */
  public static RangeResult run(
      SeedRange range, Optional<SeededFault> fault, int threads, LongConsumer progress)
      throws InterruptedException {
    return new SeedRuns(range, fault, progress).runAll(threads);
  }

  private RangeResult runAll(int threads) throws InterruptedException {
    long started = System.nanoTime();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CountDownLatch ended = new CountDownLatch(threads);
    try {
      for (int i = 0; i < threads; i++) {
        executor.execute(
            () -> {
              try {
                runSome();
              } finally {
                ended.countDown();
              }
            });
      }
      ended.await();
    } finally {
      next.set(Long.MAX_VALUE);
      executor.shutdownNow();
    }
    return result((System.nanoTime() - started) / 1e9);
  }

  private void runSome() {
    for (long seed = next.getAndIncrement();
        seed <= range.last() && !Thread.currentThread().isInterrupted();
        seed = next.getAndIncrement()) {
      add(Simulation.run(range.scenario(seed), SeededFault.tampering(fault), Trace.off()));
    }
  }

  synchronized void add(SimResult result) {
    done++;
    virtualSeconds += result.virtualNanos() / 1e9;
    coverage.add(result.coverage());
    result.failure().ifPresent(failure -> add(result.scenario().seed(), failure));
    progress.accept(done);
  }

  private void add(long seed, Failure failure) {
    if (failure.isLiveness()) {
      livenessFailures++;
    } else {
      violations++;
    }
    failures.add(
        new FailedSeed(
            seed,
            failure.invariant(),
            failure.facts(),
            "./holdfast simulate --seed %d %s%s --trace"
                .formatted(
                    seed,
                    range.options(),
                    fault.map(broken -> " --break " + broken.name()).orElse(""))));
    failures.sort(Comparator.comparingLong(FailedSeed::seed));
    if (failures.size() > MOST_FAILURES) {
      failures.remove(MOST_FAILURES);
    }
  }

  synchronized RangeResult result(double seconds) {
    List<String> missing =
        range.count() < Required.FROM_SEEDS ? List.of() : Required.missing(range, coverage);
    return new RangeResult(
        done,
        violations,
        livenessFailures,
        seconds,
        virtualSeconds,
        coverage.events(),
        coverage.verdicts(),
        missing,
        failures);
  }
}
