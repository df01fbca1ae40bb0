package io.holdfast.chaos.sim;

import io.holdfast.chaos.sim.SimResult.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Puts every seeded fault in and runs seeds until its invariant notices. What comes out is the same
 * for any number of threads: a fault is hunted by one thread, seed after seed.
 */
public final class SelfTest {

  /**
   * What became of a fault.
   *
   * @param fault which one
   * @param caught whether the invariant that it breaks saw it
   * @param seedsNeeded how many seeds were run with it: the last of them caught it, if any did
   * @param elsewhere the first of these seeds in which something else went wrong, as it may with a
   *     fault in; empty for none
   * @param facts what was seen; empty if it was not caught
   */
  public record Hunted(
      SeededFault fault,
      boolean caught,
      long seedsNeeded,
      Optional<String> elsewhere,
      String facts) {

    /** The command line options that show it again. */
    public String replay() {
      return "--break %s --seed %d %s".formatted(fault.name(), seedsNeeded, fault.hunt().options());
    }
  }

  /**
   * How far it is.
   *
   * @param done how many faults are through
   * @param total of how many
   * @param last the one that has just been
   */
  public record Progress(int done, int total, Hunted last) {}

  private SelfTest() {}

  /**
   * Hunts all faults.
   *
   * @param threads how many run at a time, 1 or more
   * @param progress told after each fault, by one thread at a time
   * @return one for each of {@link SeededFault#all()}, in that order
   */
  public static List<Hunted> run(int threads, Consumer<Progress> progress) {
    return run(SeededFault.all(), threads, progress);
  }

  static List<Hunted> run(List<SeededFault> faults, int threads, Consumer<Progress> progress) {
    AtomicInteger done = new AtomicInteger();
    Object told = new Object();
    ExecutorService hunters = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Hunted>> hunts = new ArrayList<>();
      for (SeededFault fault : faults) {
        hunts.add(
            hunters.submit(
                () -> {
                  Hunted hunted = hunt(fault);
                  synchronized (told) {
                    progress.accept(new Progress(done.incrementAndGet(), faults.size(), hunted));
                  }
                  return hunted;
                }));
      }
      return results(hunts);
    } finally {
      hunters.shutdownNow();
    }
  }

  private static List<Hunted> results(List<Future<Hunted>> hunts) {
    List<Hunted> results = new ArrayList<>();
    for (Future<Hunted> hunt : hunts) {
      try {
        results.add(hunt.get());
      } catch (ExecutionException bug) {
        throw new IllegalStateException("a hunt ended", bug.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    return Collections.unmodifiableList(results);
  }

  private static Hunted hunt(SeededFault fault) {
    SeedRange range = fault.hunt();
    Optional<String> elsewhere = Optional.empty();
    for (long seed = range.first(); seed <= range.last(); seed++) {
      Optional<Failure> failure =
          Simulation.run(range.scenario(seed), fault.tampering(), Trace.off()).failure();
      if (failure.isPresent() && failure.get().invariant().equals(fault.caughtBy())) {
        return new Hunted(fault, true, seed, elsewhere, failure.get().facts());
      }
      if (elsewhere.isEmpty() && failure.isPresent()) {
        elsewhere =
            Optional.of(
                "seed " + seed + ", " + failure.get().invariant() + ": " + failure.get().facts());
      }
    }
    return new Hunted(fault, false, range.count(), elsewhere, "");
  }
}
