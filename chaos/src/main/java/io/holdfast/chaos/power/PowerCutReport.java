package io.holdfast.chaos.power;

import io.holdfast.chaos.power.core.CutCounts;
import java.time.Duration;
import java.util.List;

/**
 * What a run of power cuts found.
 *
 * @param cycles cycles that were played
 * @param seed of the run
 * @param counts what the cuts did to what was not synced
 * @param duringStart cuts while the node started
 * @param duringWork cuts while it worked
 * @param atRest cuts with nothing under way, some after an orderly end
 * @param upkeep what the machines tidied up meanwhile
 * @param operations changes and syncs of the disks
 * @param acknowledged acknowledgements given
 * @param failures what went wrong
 * @param took how long it took
 */
public record PowerCutReport(
    int cycles,
    long seed,
    CutCounts counts,
    int duringStart,
    int duringWork,
    int atRest,
    Upkeep upkeep,
    long operations,
    long acknowledged,
    List<Failure> failures,
    Duration took) {

  public PowerCutReport {
    failures = List.copyOf(failures);
  }

  /**
   * A cycle in which something was wrong.
   *
   * @param cycle which one of the run, from 1
   * @param seed that of its machine
   * @param cycleOfMachine which one of its machine, from 1
   * @param findings what was wrong, one or more
   * @param evidence what to look at
   */
  public record Failure(
      int cycle, long seed, int cycleOfMachine, List<Finding> findings, Evidence evidence) {

    public Failure {
      findings = List.copyOf(findings);
    }

    /** The options of the command line that play it again. */
    public String options() {
      return "--seed %d --cycles %d".formatted(seed, cycleOfMachine);
    }
  }

  /** Whether nothing was found. */
  public boolean ok() {
    return failures.isEmpty();
  }

  /** How many acknowledged things were lost. */
  public long lost() {
    return failures.stream()
        .flatMap(failure -> failure.findings().stream())
        .filter(finding -> finding.kind() == Finding.Kind.LOST)
        .count();
  }
}
