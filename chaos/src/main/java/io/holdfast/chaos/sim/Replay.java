package io.holdfast.chaos.sim;

import io.holdfast.chaos.sim.SimResult.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One seed, run again to be looked at.
 *
 * @param result what came of it
 * @param transcriptHash SHA-256 of the transcript's lines: equal for equal seeds, options and
 *     builds
 * @param faults what the failure needs of all that went wrong; empty without a failure
 * @param excerpt the lines that matter to the failure; empty without one
 */
public record Replay(
    RangeResult result, String transcriptHash, List<String> faults, List<String> excerpt) {

  public Replay {
    faults = List.copyOf(faults);
    excerpt = List.copyOf(excerpt);
  }

  /**
   * Runs the first seed of a range with a transcript, and shrinks it if it fails.
   *
   * @param fault put into every process; empty for the product as it is
   * @param lines gets every line of the transcript
   */
  public static Replay of(SeedRange range, Optional<SeededFault> fault, Consumer<String> lines) {
    Tampering.Factory tampering = SeededFault.tampering(fault);
    Scenario scenario = range.scenario(range.first());
    long started = System.nanoTime();
    SimResult ran = Simulation.run(scenario, tampering, Trace.to(lines));
    double seconds = (System.nanoTime() - started) / 1e9;
    Optional<Failure> failure = ran.failure();
    List<String> faults = new ArrayList<>();
    List<String> excerpt = new ArrayList<>();
    failure.ifPresent(
        found -> {
          Scenario shrunk = Shrinker.shrink(scenario, found.invariant(), tampering);
          List<String> transcript = new ArrayList<>();
          SimResult again = Simulation.run(shrunk, tampering, Trace.to(transcript::add));
          String facts = again.failure().map(Failure::facts).orElse(found.facts());
          shrunk.faults().forEach(needed -> faults.add(needed.toString()));
          excerpt.addAll(Excerpt.of(transcript, facts));
        });
    return new Replay(
        RangeResult.ofOne(range, fault, ran, seconds), ran.traceHash(), faults, excerpt);
  }
}
