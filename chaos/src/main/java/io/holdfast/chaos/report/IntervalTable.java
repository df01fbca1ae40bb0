package io.holdfast.chaos.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Reign;
import io.holdfast.chaos.report.RunReport.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the plots show, in rows: for those who read without them. */
final class IntervalTable {

  /** At most so many rows; each is then several slices. */
  static final int ROWS = 60;

  private IntervalTable() {}

  static void write(Course course, Markup page) {
    List<Slice> slices = course.report().slices();
    int each = (slices.size() + ROWS - 1) / ROWS;
    List<String> heads = new ArrayList<>(List.of("From"));
    course.outcomes().forEach(code -> heads.add(code + "#"));
    heads.addAll(List.of("Highest p99, ms#", "Longest, ms#", "Leader", "Faults"));
    Grid grid =
        new Grid(
            page,
            "Operations by outcome, latency of the committed, leader and faults in force, every "
                + Wording.length(course.slice().multipliedBy(each)),
            heads.toArray(String[]::new));
    for (int first = 0; first < slices.size(); first += each) {
      row(course, slices.subList(first, Math.min(first + each, slices.size())), grid);
    }
    grid.done();
  }

  private static void row(Course course, List<Slice> slices, Grid grid) {
    Duration from = slices.get(0).at();
    Duration to = slices.get(slices.size() - 1).at().plus(course.slice());
    grid.row("").head(Wording.at(from));
    for (String code : course.outcomes()) {
      grid.number(
          Wording.count(slices.stream().mapToLong(slice -> Course.count(slice, code)).sum()));
    }
    List<Measured> committed =
        slices.stream()
            .map(slice -> Course.measured(slice, Course.COMMITTED))
            .flatMap(Optional::stream)
            .toList();
    grid.number(highest(committed.stream().mapToDouble(Measured::p99Millis).toArray()))
        .number(highest(committed.stream().mapToDouble(Measured::maxMillis).toArray()))
        .cell(leaders(course.report().reigns(), from, to))
        .cell(faults(course, from, to))
        .end();
  }

  private static String highest(double[] values) {
    double highest = -1;
    for (double value : values) {
      highest = Math.max(highest, value);
    }
    return highest < 0 ? "–" : Wording.millis(highest);
  }

  private static String leaders(List<Reign> reigns, Duration from, Duration to) {
    String leaders =
        reigns.stream()
            .filter(reign -> overlaps(reign.from(), reign.to(), from, to))
            .map(Reign::leader)
            .distinct()
            .collect(joining(", "));
    return leaders.isEmpty() ? "none" : leaders;
  }

  private static String faults(Course course, Duration from, Duration to) {
    return course.report().faults().stream()
        .filter(fault -> overlaps(fault.from(), fault.to(), from, to))
        .collect(groupingBy(RunReport.Fault::kind, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(kind -> kind.getKey() + (kind.getValue() > 1 ? " ×" + kind.getValue() : ""))
        .collect(joining(", "));
  }

  /** Also a moment without length lies within the interval that it begins in. */
  private static boolean overlaps(Duration begin, Duration end, Duration from, Duration to) {
    return begin.compareTo(to) < 0 && (end.compareTo(from) > 0 || begin.equals(from));
  }
}
