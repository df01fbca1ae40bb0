package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Reign;
import io.holdfast.chaos.report.RunReport.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The run over time, as plots and their words need it.
 *
 * @param report what it is taken from
 * @param span from the beginning to the end of whatever ended last
 * @param slice the length of a slice
 * @param outcomes codes of the slices, in the order of all tables
 * @param leaders who ever led, by name
 * @param kinds of faults, by name
 * @param leaderless the times in which no leader was known, where reigns were recorded at all
 */
record Course(
    RunReport report,
    Duration span,
    Duration slice,
    List<String> outcomes,
    List<String> leaders,
    List<String> kinds,
    List<Gap> leaderless) {

  /** The code of what was committed, which is drawn apart from all others. */
  static final String COMMITTED = "committed";

  /** A time between two others. */
  record Gap(Duration from, Duration to) {

    Duration length() {
      return to.minus(from);
    }
  }

  static Course of(RunReport report) {
    Duration slice = sliceLength(report);
    Duration span =
        Stream.of(
                Stream.of(report.setup().length()),
                report.slices().stream().map(each -> each.at().plus(slice)),
                report.faults().stream().map(Fault::to),
                report.reigns().stream().map(Reign::to))
            .flatMap(each -> each)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    return new Course(
        report,
        span,
        slice,
        OutcomeSection.order(
            report.slices().stream().flatMap(each -> each.byOutcome().keySet().stream()).toList()),
        report.reigns().stream().map(Reign::leader).distinct().sorted().toList(),
        report.faults().stream().map(Fault::kind).distinct().sorted().toList(),
        leaderless(report.reigns(), span));
  }

  private static Duration sliceLength(RunReport report) {
    List<Slice> slices = report.slices();
    Duration length =
        slices.size() < 2 ? report.setup().length() : slices.get(1).at().minus(slices.get(0).at());
    // A run of no length has no rates, but its page must not divide by zero.
    return length.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : length;
  }

  private static List<Gap> leaderless(List<Reign> reigns, Duration span) {
    if (reigns.isEmpty()) {
      return List.of();
    }
    List<Gap> gaps = new ArrayList<>();
    Duration known = Duration.ZERO;
    for (Reign reign : reigns.stream().sorted(Comparator.comparing(Reign::from)).toList()) {
      if (reign.from().compareTo(known) > 0) {
        gaps.add(new Gap(known, reign.from()));
      }
      known = known.compareTo(reign.to()) < 0 ? reign.to() : known;
    }
    if (known.compareTo(span) < 0) {
      gaps.add(new Gap(known, span));
    }
    return List.copyOf(gaps);
  }

  /** How many operations a second ended so in a slice. */
  double rate(Slice piece, String outcome) {
    return count(piece, outcome) * 1e9 / slice.toNanos();
  }

  static long count(Slice piece, String outcome) {
    return measured(piece, outcome).map(Measured::count).orElse(0L);
  }

  /** What was measured of an outcome, where any operation ended so. */
  static Optional<Measured> measured(Slice piece, String outcome) {
    return Optional.ofNullable(piece.byOutcome().get(outcome)).filter(each -> each.count() > 0);
  }
}
