package io.holdfast.chaos.report;

import static java.util.stream.Collectors.joining;

import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Slice;
import java.time.Duration;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The plots' places, each with what it shows in words; the script draws into them. The words and
 * the table below them are all that a reader without script, or without eyes for it, needs.
 */
final class PlotSection {

  private PlotSection() {}

  static void write(Course course, Markup page) {
    page.open("section", "id", "plots", "aria-labelledby", "course");
    page.leaf("h2", "Over time", "id", "course");
    if (course.report().slices().isEmpty()) {
      page.leaf("p", "Nothing was measured.").close();
      return;
    }
    page.open("noscript");
    page.leaf("p", "Plots need JavaScript. The table below them has the same numbers.").close();
    page.open("div", "id", "controls", "class", "controls").close();
    figure(page, "committed", "Committed operations per second", committed(course));
    figure(page, "others", "All other outcomes per second, stacked", others(course));
    figure(page, "latency", "Latency in milliseconds, logarithmic", latency(course));
    figure(page, "leaders", "Who led", leaders(course));
    figure(page, "faults", "Faults in force", faults(course));
    page.open("div", "id", "readout", "role", "status", "hidden", "hidden").close();
    page.open("details");
    page.leaf("summary", "The plots as a table");
    IntervalTable.write(course, page);
    page.close().close();
  }

  private static void figure(Markup page, String plot, String title, String summary) {
    String id = "plot-" + plot;
    page.open("figure", "aria-labelledby", id, "aria-describedby", id + "-words");
    page.open("figcaption").leaf("h3", title, "id", id);
    page.leaf("p", summary, "id", id + "-words").close();
    page.open("div", "class", "plot", "data-plot", plot).close().close();
  }

  private static String committed(Course course) {
    List<Slice> slices = course.report().slices();
    List<Double> rates =
        slices.stream().map(slice -> course.rate(slice, Course.COMMITTED)).sorted().toList();
    long idle = rates.stream().filter(rate -> rate == 0).count();
    Slice best =
        slices.stream()
            .max(Comparator.comparingLong(slice -> Course.count(slice, Course.COMMITTED)))
            .orElseThrow();
    return String.format(
        "Median %s, highest %s at %s; none in %s of %s slices of %s. Grey: faults, stronger where several.",
        Wording.rate(rates.get(rates.size() / 2)),
        Wording.rate(course.rate(best, Course.COMMITTED)),
        Wording.at(best.at()),
        Wording.count(idle),
        Wording.count(slices.size()),
        Wording.length(course.slice()));
  }

  private static String others(Course course) {
    String totals =
        course.outcomes().stream()
            .filter(code -> !code.equals(Course.COMMITTED))
            .map(
                code ->
                    code
                        + " "
                        + Wording.count(
                            course.report().slices().stream()
                                .mapToLong(slice -> Course.count(slice, code))
                                .sum()))
            .collect(joining(", "));
    return totals.isEmpty() ? "Every operation was committed." : "In all: " + totals + ".";
  }

  private static String latency(Course course) {
    DoubleSummaryStatistics medians = committed(course, Measured::p50Millis);
    if (medians.getCount() == 0) {
      return "Nothing was committed.";
    }
    Slice worst =
        course.report().slices().stream()
            .max(Comparator.comparingDouble(slice -> highest(slice, Measured::p99Millis)))
            .orElseThrow();
    return String.format(
        "Committed: p50 of a slice from %s to %s ms, highest p99 %s ms at %s, longest %s ms.",
        Wording.millis(medians.getMin()),
        Wording.millis(medians.getMax()),
        Wording.millis(highest(worst, Measured::p99Millis)),
        Wording.at(worst.at()),
        Wording.millis(committed(course, Measured::maxMillis).getMax()));
  }

  private static DoubleSummaryStatistics committed(
      Course course, ToDoubleFunction<Measured> which) {
    return course.report().slices().stream()
        .map(slice -> Course.measured(slice, Course.COMMITTED))
        .flatMap(Optional::stream)
        .mapToDouble(which)
        .summaryStatistics();
  }

  private static double highest(Slice slice, ToDoubleFunction<Measured> which) {
    return Course.measured(slice, Course.COMMITTED).map(which::applyAsDouble).orElse(0.0);
  }

  private static String leaders(Course course) {
    if (course.leaders().isEmpty()) {
      return "No leader was seen.";
    }
    String reigns =
        Wording.count(course.report().reigns().size(), "reign", "reigns")
            + " of "
            + String.join(", ", course.leaders())
            + "; ";
    if (course.leaderless().isEmpty()) {
      return reigns + "a leader was known at all times.";
    }
    Duration longest =
        course.leaderless().stream()
            .map(Course.Gap::length)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    Duration all =
        course.leaderless().stream().map(Course.Gap::length).reduce(Duration.ZERO, Duration::plus);
    return reigns
        + "none known for "
        + Wording.length(all)
        + " in "
        + Wording.count(course.leaderless().size(), "gap", "gaps")
        + ", at most "
        + Wording.length(longest)
        + " on end.";
  }

  private static String faults(Course course) {
    if (course.kinds().isEmpty()) {
      return "No fault was injected.";
    }
    return course.kinds().stream()
            .map(
                kind ->
                    kind
                        + " "
                        + Wording.count(
                            course.report().faults().stream()
                                .filter(fault -> fault.kind().equals(kind))
                                .count()))
            .collect(joining(", "))
        + ". Hollow bars: without effect.";
  }
}
