package io.holdfast.chaos.sim;

import io.holdfast.chaos.sim.SimResult.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Puts every seeded fault in and runs seeds until its invariant notices. A simulation that misses
 * one would miss the same in the product. What comes out is the same for any number of threads:
 * each fault is hunted by one of them, seed after seed.
 */
public final class SelfTest {

  /**
   * What became of a fault.
   *
   * @param fault which one
   * @param caughtBy the invariant that it breaks, if that saw it and the same seed passes without
   *     the fault; empty if it was not caught
   * @param seedsNeeded how many seeds were run with it; the last one caught it, if any did
   * @param facts what was seen; what else went wrong first, if it was not caught
   */
  public record Caught(
      SeededFault fault, Optional<String> caughtBy, long seedsNeeded, String facts) {

    /** Whether the invariant that it breaks saw it. */
    public boolean isCaught() {
      return caughtBy.isPresent();
    }

    /** The last seed that ran. */
    public long seed() {
      return fault.hunt().first() + seedsNeeded - 1;
    }

    /** The options of the command line that show it again. */
    public String options() {
      return "--break %s --seed %d %s".formatted(fault.name(), seed(), fault.hunt().options());
    }
  }

  /**
   * How far it is.
   *
   * @param done how many faults are through
   * @param total of how many
   * @param last the one that has just been
   */
  public record Progress(int done, int total, Caught last) {}

  private SelfTest() {}

  /**
   * Hunts all faults.
   *
   * @param threads how many run at a time, 1 or more
   * @param progress told after each fault, by one thread at a time
   * @return one for each of {@link SeededFault#all()}, in that order
   * @throws InterruptedException when the caller is interrupted; hunts end soon then
   */
  public static List<Caught> run(int threads, Consumer<Progress> progress)
      throws InterruptedException {
    return run(SeededFault.all(), threads, progress);
  }

  static List<Caught> run(List<SeededFault> faults, int threads, Consumer<Progress> progress)
      throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    // Many faults are hunted in the same runs: what comes of one without a fault is found out once.
    Map<Scenario, Boolean> sound = new ConcurrentHashMap<>();
    ExecutorService hunters = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Caught>> hunts = new ArrayList<>();
      for (SeededFault fault : faults) {
        hunts.add(
            hunters.submit(
                () -> {
                  Caught caught = hunt(fault, sound);
                  synchronized (done) {
                    progress.accept(new Progress(done.incrementAndGet(), faults.size(), caught));
                  }
                  return caught;
                }));
      }
      return results(hunts);
    } finally {
      hunters.shutdownNow();
    }
  }

  private static List<Caught> results(List<Future<Caught>> hunts) throws InterruptedException {
    List<Caught> results = new ArrayList<>();
    for (Future<Caught> hunt : hunts) {
      try {
        results.add(hunt.get());
      } catch (ExecutionException bug) {
        throw new IllegalStateException("a hunt broke off", bug.getCause());
      }
    }
    return Collections.unmodifiableList(results);
  }

  private static Caught hunt(SeededFault fault, Map<Scenario, Boolean> sound)
      throws InterruptedException {
    SeedRange range = fault.hunt();
    String elsewhere = "";
    for (long seed = range.first(); seed <= range.last(); seed++) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Scenario scenario = range.scenario(seed);
      Optional<Failure> failure =
          Simulation.run(scenario, fault.tampering(), Trace.off()).failure();
      if (failure.isPresent()) {
        Failure seen = failure.get();
        // Anything else that goes wrong with a fault in proves nothing about its invariant.
        if (seen.invariant().equals(fault.caughtBy())
            && sound.computeIfAbsent(scenario, SelfTest::passes)) {
          return new Caught(
              fault, Optional.of(seen.invariant()), seed - range.first() + 1, seen.facts());
        }
        if (elsewhere.isEmpty()) {
          elsewhere = "seed " + seed + ", " + seen.invariant() + ": " + seen.facts();
        }
      }
    }
    return new Caught(fault, Optional.empty(), range.count(), elsewhere);
  }

  /** Whether nothing goes wrong without the fault. */
  private static boolean passes(Scenario scenario) {
    return Simulation.run(scenario, Tampering.NONE, Trace.off()).failure().isEmpty();
  }
}
