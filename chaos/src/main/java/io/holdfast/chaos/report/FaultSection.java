package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunReport.Fault;
import java.util.List;

/** What was injected, and what it did. */
final class FaultSection {

  /** Rows; a page with more would be no page. */
  private static final int ROWS = 1000;

  private FaultSection() {}

  static void write(List<Fault> faults, Markup page) {
    page.open("section", "aria-labelledby", "faults").leaf("h2", "Faults", "id", "faults");
    if (faults.isEmpty()) {
      page.leaf("p", "No fault was injected.").close();
      return;
    }
    long idle = faults.stream().filter(fault -> !fault.effective()).count();
    page.leaf(
        "p",
        Wording.count(faults.size(), "fault", "faults")
            + (idle == 0
                ? ", each with an effect that was seen."
                : "; "
                    + Wording.count(idle)
                    + " without effect, marked ✗: what struck nobody does not count."));
    Grid grid =
        new Grid(
            page,
            "Faults, in order of time (minutes and seconds since the run began)",
            "From – to",
            "Kind",
            "What",
            "Nodes",
            "Effect",
            "Committed meanwhile#",
            "Longest gap#",
            "Recovery#");
    for (Fault fault : faults.subList(0, Math.min(ROWS, faults.size()))) {
      row(fault, page, grid);
    }
    grid.done();
    if (faults.size() > ROWS) {
      page.leaf("p", "Left out: " + Wording.count(faults.size() - ROWS) + " later faults.");
    }
    page.close();
  }

  private static void row(Fault fault, Markup page, Grid grid) {
    grid.row(fault.effective() ? "" : "idle");
    page.open("th", "scope", "row", "class", "time");
    // The script shows this time in the plots; without it the link leads to them.
    page.leaf(
            "a",
            Wording.at(fault.from()) + " – " + Wording.at(fault.to()),
            "href",
            "#plots",
            "data-from",
            String.valueOf(fault.from().toMillis()),
            "data-to",
            String.valueOf(fault.to().toMillis()))
        .close();
    grid.cell(fault.kind(), "mark")
        .cell(fault.what())
        .cell(String.join(", ", fault.nodes()))
        .cell((fault.effective() ? "" : "✗ no effect: ") + fault.effect())
        .number(Wording.count(fault.committed()))
        .number(Wording.length(fault.longestGap()))
        .number(fault.recovery().map(Wording::length).orElse("none"))
        .end();
  }
}
