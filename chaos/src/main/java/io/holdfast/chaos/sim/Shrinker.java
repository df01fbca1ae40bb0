package io.holdfast.chaos.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks for the few faults that a failure needs: leaves out as many as it can as long as the same
 * rule is broken (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
 */
final class Shrinker {

  /** So often a scenario is run at most. */
  private static final int MOST_RUNS = 120;

  private final Tampering.Factory tampering;
  private final String invariant;
  private int runs;

  private Shrinker(Tampering.Factory tampering, String invariant) {
    this.tampering = tampering;
    this.invariant = invariant;
  }

  /** The scenario with fewer faults, perhaps all; it breaks {@code invariant}, as it did before. */
  static Scenario shrink(Scenario failing, String invariant, Tampering.Factory tampering) {
    return new Shrinker(tampering, invariant).shrink(failing);
  }

  private Scenario shrink(Scenario failing) {
    Scenario smallest = failing;
    int parts = 2;
    while (!smallest.faults().isEmpty() && runs < MOST_RUNS) {
      int size = smallest.faults().size();
      int chunk = Math.max(1, (size + parts - 1) / parts);
      Scenario less = withoutOneChunk(smallest, chunk);
      if (less.faults().size() < size) {
        smallest = less;
        parts = Math.max(2, parts - 1);
      } else if (chunk == 1) {
        break;
      } else {
        parts = Math.min(size, parts * 2);
      }
    }
    return smallest;
  }

  private Scenario withoutOneChunk(Scenario scenario, int chunk) {
    List<TimedFault> faults = scenario.faults();
    for (int from = 0; from < faults.size() && runs < MOST_RUNS; from += chunk) {
      List<TimedFault> rest = new ArrayList<>(faults.subList(0, from));
      rest.addAll(faults.subList(Math.min(faults.size(), from + chunk), faults.size()));
      Scenario less = scenario.with(rest);
      if (stillBreaks(less)) {
        return less;
      }
    }
    return scenario;
  }

  private boolean stillBreaks(Scenario scenario) {
    runs++;
    return Simulation.run(scenario, tampering, Trace.off())
        .failure()
        .filter(failure -> failure.invariant().equals(invariant))
        .isPresent();
  }
}
