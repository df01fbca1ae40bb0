package io.holdfast.chaos.report;

import io.holdfast.config.core.OutcomeCode;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How operations ended. */
final class OutcomeSection {

  private OutcomeSection() {}

  static void write(Map<String, Long> outcomes, Markup page) {
    page.open("section", "aria-labelledby", "outcomes").leaf("h2", "Outcomes", "id", "outcomes");
    if (outcomes.isEmpty()) {
      page.leaf("p", "No operation ended.").close();
      return;
    }
    long all = outcomes.values().stream().mapToLong(Long::longValue).sum();
    Grid grid =
        new Grid(
            page,
            "What callers were told, and what they could conclude",
            "Outcome",
            "Operations#",
            "Share#",
            "Could it have taken effect?");
    for (String code : order(outcomes.keySet())) {
      long count = outcomes.getOrDefault(code, 0L);
      grid.row("")
          .head(code)
          .number(Wording.count(count))
          .number(String.format(Locale.ROOT, "%.3f%%", all == 0 ? 0.0 : 100.0 * count / all))
          .cell(effect(code))
          .end();
    }
    grid.done();
    page.close();
  }

  /**
   * Codes in the order of docs and tables: as {@link OutcomeCode} has them, then others by name.
   */
  static List<String> order(Collection<String> codes) {
    return codes.stream()
        .distinct()
        .sorted(
            Comparator.comparingInt(OutcomeSection::rank).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static int rank(String code) {
    return known(code).map(OutcomeCode::ordinal).orElse(Integer.MAX_VALUE);
  }

  private static String effect(String code) {
    return known(code)
        .map(
            outcome ->
                switch (outcome.effect()) {
                  case YES -> "yes, it did";
                  case NO -> "no";
                  case UNKNOWN -> "unknown at first";
                })
        .orElse("–");
  }

  /** The table's code; {@code quorum_not_met/timeout} is told with its reason. */
  private static Optional<OutcomeCode> known(String code) {
    String plain = code.replaceFirst("[^a-z_].*", "");
    return Arrays.stream(OutcomeCode.values())
        .filter(outcome -> outcome.code().equals(plain))
        .findFirst();
  }
}
