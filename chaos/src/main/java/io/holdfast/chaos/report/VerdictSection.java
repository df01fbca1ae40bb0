package io.holdfast.chaos.report;

import static java.util.stream.Collectors.joining;

import io.holdfast.chaos.report.RunReport.Check;
import io.holdfast.chaos.report.RunReport.Conclusion;
import io.holdfast.chaos.report.RunReport.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The answer first: the verdict, the figures that everyone asks for, and each claim. */
final class VerdictSection {

  /**
   * A verdict as it is shown: by a word and a sign, and by colour last.
   *
   * @param sign one character
   * @param word what it is called
   * @param tone the class that colours it
   */
  record Sign(String sign, String word, String tone) {

    static Sign of(String verdict) {
      return switch (verdict) {
        case "valid" -> new Sign("✓", "Valid", "good");
        case "invalid" -> new Sign("✗", "Invalid", "bad");
        case "out_of_budget" -> new Sign("?", "Out of budget: not decided", "open");
        case "nothing_proved" -> new Sign("∅", "Nothing proved", "open");
        default -> new Sign("?", verdict, "open");
      };
    }
  }

  private VerdictSection() {}

  static void write(RunReport report, Markup page) {
    Conclusion conclusion = report.conclusion();
    Sign sign = Sign.of(conclusion.verdict());
    page.open("section", "class", "verdict " + sign.tone(), "aria-labelledby", "verdict");
    page.open("h2", "id", "verdict");
    page.leaf("span", sign.sign(), "class", "sign", "aria-hidden", "true");
    page.text(" " + sign.word()).close();
    page.leaf("p", Wording.bounded(conclusion.why())).close();
    figures(report, page);
    checks(report.checks(), page);
  }

  private static void figures(RunReport report, Markup page) {
    Conclusion conclusion = report.conclusion();
    page.open("section", "aria-labelledby", "figures").leaf("h2", "Key figures", "id", "figures");
    page.open("dl", "class", "figures");
    figure(page, "Operations", Wording.count(conclusion.operations()), "in the history");
    figure(page, "Acknowledged", Wording.count(conclusion.acknowledged()), "writes");
    boolean lost = conclusion.lostAcknowledged() > 0;
    figure(
        page,
        "Lost",
        (lost ? "✗ " : "") + Wording.count(conclusion.lostAcknowledged()),
        "of the acknowledged");
    boolean open = conclusion.resolved() < conclusion.unknown();
    figure(
        page,
        "Unknown at first",
        Wording.count(conclusion.unknown()),
        (open ? "✗ only " : "")
            + Wording.count(conclusion.resolved())
            + " of these resolved at the end");
    figure(page, "Recovery, median", recovery(conclusion.recovery(0.5)), "to the next commit");
    figure(
        page,
        "Recovery, p99",
        recovery(conclusion.recovery(0.99)),
        "of " + Wording.count(conclusion.recoveries().size(), "recovery", "recoveries"));
    figure(page, "Faults", Wording.count(report.faults().size()), kinds(report.faults()));
    page.close().close();
  }

  private static void figure(Markup page, String name, String value, String note) {
    page.open("div").leaf("dt", name);
    page.open("dd").leaf("b", value).text(" ").leaf("small", note).close().close();
  }

  private static String recovery(Optional<Duration> recovery) {
    return recovery.map(Wording::length).orElse("–");
  }

  /** How many of each kind, those without effect told apart. */
  private static String kinds(List<Fault> faults) {
    Map<String, long[]> kinds = new TreeMap<>();
    for (Fault fault : faults) {
      long[] counts = kinds.computeIfAbsent(fault.kind(), unseen -> new long[2]);
      counts[0]++;
      counts[1] += fault.effective() ? 0 : 1;
    }
    return kinds.isEmpty()
        ? "none was injected"
        : kinds.entrySet().stream()
            .map(
                kind ->
                    kind.getKey()
                        + " "
                        + kind.getValue()[0]
                        + (kind.getValue()[1] > 0
                            ? " (" + kind.getValue()[1] + " without effect)"
                            : ""))
            .collect(joining(", "));
  }

  private static void checks(List<Check> checks, Markup page) {
    page.open("section", "aria-labelledby", "checks").leaf("h2", "Checks", "id", "checks");
    if (checks.isEmpty()) {
      page.leaf("p", "Nothing was checked.").close();
      return;
    }
    Grid grid = new Grid(page, "What was claimed, and whether it held", "Claim", "Held", "Detail");
    for (Check check : checks) {
      grid.row(check.held() ? "" : "bad")
          .head(check.claim())
          .cell(check.held() ? "✓ yes" : "✗ no", "mark")
          .cell(check.detail())
          .end();
    }
    grid.done();
    page.close();
  }
}
