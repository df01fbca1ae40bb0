package io.holdfast.chaos.report;

import io.holdfast.chaos.report.RunReport.FailingPart;
import io.holdfast.chaos.report.RunReport.Line;
import java.util.List;

/** The part of the history that has no order, drawn and told. */
final class FailureSection {

  /** More bars than this are no picture; what is drawn then are the last of them. */
  private static final int DRAWN = 150;

  private static final int ROWS = 1000;

  private FailureSection() {}

  static void write(FailingPart part, Markup page) {
    page.open("section", "aria-labelledby", "failure");
    page.open("h2", "id", "failure").text("The part that has no order: ");
    page.leaf("code", Wording.bounded(part.key(), 80)).close();
    page.leaf("p", Wording.bounded(part.why()));
    page.open("p").text("Where the order ends, the state is ");
    page.leaf("code", Wording.bounded(part.state())).text(".").close();
    List<Line> operations = part.operations();
    if (operations.isEmpty()) {
      page.close();
      return;
    }
    legend(page);
    List<Line> drawn = last(operations, DRAWN);
    if (drawn.size() < operations.size()) {
      page.leaf(
          "p",
          "Drawn are the last "
              + Wording.count(drawn.size())
              + " of "
              + Wording.count(operations.size())
              + " operations.");
    }
    new TimelineDrawing(TimelineLayout.of(drawn), page).write();
    table(last(operations, ROWS), operations.size(), page);
    page.close();
  }

  private static void legend(Markup page) {
    page.open("ul", "class", "key");
    page.leaf("li", "3  solid: placed, with its place in the order", "class", "placed");
    page.leaf("li", "✗  thick frame: fits nowhere after these", "class", "failing");
    page.leaf("li", "hatched: not placed", "class", "unplaced");
    page.leaf("li", "open at the right: never answered", "class", "endless");
    page.close();
    page.leaf(
        "p",
        "A lane for each client, a bar from each request to its answer. A bar that ends left of"
            + " where another begins was answered before that was asked. Widths mean nothing.",
        "class",
        "note");
  }

  private static void table(List<Line> operations, int all, Markup page) {
    String left = operations.size() == all ? "" : ", the last " + Wording.count(operations.size());
    Grid grid =
        new Grid(
            page,
            "Operations of this part, by invocation" + left,
            "Order",
            "Client",
            "Operation",
            "Asked#",
            "Answered#",
            "Role");
    for (Line line : operations) {
      boolean failing = line.role().equals("failing");
      grid.row(failing ? "bad" : "")
          .head(line.order().map(String::valueOf).orElse(failing ? "✗" : "–"))
          .cell(line.process())
          .cell(line.what(), "code")
          .number(Wording.count(line.invoked()))
          .number(line.returned().map(Wording::count).orElse("never"))
          .cell(line.role())
          .end();
    }
    grid.done();
  }

  private static List<Line> last(List<Line> operations, int most) {
    return operations.subList(Math.max(0, operations.size() - most), operations.size());
  }
}
