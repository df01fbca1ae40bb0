package io.holdfast.chaos.run;

import io.holdfast.chaos.report.RunReport;
import io.holdfast.chaos.report.RunReport.Fault;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of a report's last line.
 *
 * @param faults how many of each kind did something
 * @param recoveryP50 in seconds; 0 where nothing was committed after any fault
 * @param recoveryP99 in seconds
 */
public record RunSummary(Map<String, Long> faults, double recoveryP50, double recoveryP99) {

  /** Verdict: all held, and enough was tried. */
  public static final String VALID = "valid";

  /** Verdict: something that was claimed does not hold. */
  public static final String INVALID = "invalid";

  /** Verdict: the checker could not tell. */
  public static final String OUT_OF_BUDGET = "out_of_budget";

  /** Verdict: all held, but a fault that was asked for did too little. */
  public static final String NOTHING_PROVED = "nothing_proved";

  /** Copies the map. */
  public RunSummary {
    faults = Map.copyOf(faults);
  }

  /** Those of a report. */
  public static RunSummary of(RunReport report) {
    Map<String, Long> faults = new TreeMap<>();
    report.faults().stream()
        .filter(Fault::effective)
        .forEach(fault -> faults.merge(fault.kind(), 1L, Long::sum));
    return new RunSummary(faults, recovery(report, 0.5), recovery(report, 0.99));
  }

  private static double recovery(RunReport report, double share) {
    return report.conclusion().recovery(share).map(time -> time.toMillis() / 1e3).orElse(0.0);
  }
}
