package io.holdfast.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.sim.FailedSeed;
import io.holdfast.chaos.sim.RangeResult;
import io.holdfast.chaos.sim.Replay;
import io.holdfast.mesh.cli.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How {@code holdfast simulate} tells what came of its seeds. */
final class SimulationReport {

  private final Console console;
  private final boolean json;

  SimulationReport(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /** One seed. */
  void print(Replay replay) {
    if (json) {
      console.json(
          object(replay.result(), Optional.of(replay))
              .put("transcriptHash", replay.transcriptHash()));
    } else {
      text(replay.result());
      console.out().println("Transcript: " + replay.transcriptHash());
      failures(replay.result(), Optional.of(replay));
    }
  }

  /**
   * Many seeds.
   *
   * @param first the first of them that failed, again
   */
  void print(RangeResult result, Optional<Replay> first) {
    if (json) {
      console.json(object(result, first));
    } else {
      text(result);
      failures(result, first);
    }
  }

  // ---- Text

  private void text(RangeResult result) {
    PrintStream out = console.out();
    out.printf(
        Locale.ROOT,
        "%d seeds, %.0f virtual seconds in %.1f s: %d violations, %d liveness failures%n",
        result.seeds(),
        result.virtualSeconds(),
        result.seconds(),
        result.violations(),
        result.livenessFailures());
    out.println("What happened: " + words(result.events()));
    out.println("What was told: " + words(result.verdicts()));
    if (!result.missing().isEmpty()) {
      out.println("Never happened, so nothing is shown about it: " + result.missing());
    }
  }

  private static String words(Map<String, Long> counts) {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (kind, count) ->
            text.append(text.length() == 0 ? "" : ", ")
                .append(count)
                .append(' ')
                .append(kind.replace('_', ' ')));
    return text.toString();
  }

  private void failures(RangeResult result, Optional<Replay> first) {
    PrintStream out = console.out();
    for (FailedSeed failed : result.failures()) {
      out.printf("Seed %d breaks %s: %s%n", failed.seed(), failed.invariant(), failed.facts());
      out.println("  replay: " + failed.replay());
    }
    first
        .filter(replay -> !replay.excerpt().isEmpty())
        .ifPresent(
            replay -> {
              out.println("The first of them needs these faults:");
              replay.faults().forEach(fault -> out.println("  " + fault));
              out.println("The part that matters:");
              replay.excerpt().forEach(out::println);
            });
  }

  // ---- JSON

  private static ObjectNode object(RangeResult result, Optional<Replay> first) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("ok", result.ok())
            .put("seeds", result.seeds())
            .put("violations", result.violations())
            .put("livenessFailures", result.livenessFailures())
            .put("seconds", rounded(result.seconds()))
            .put("seedsPerSecond", rounded(result.seeds() / result.seconds()))
            .put("virtualSeconds", rounded(result.virtualSeconds()))
            .put("virtualSecondsPerSecond", rounded(result.virtualSeconds() / result.seconds()));
    ObjectNode coverage = json.putObject("coverage");
    for (String pinned : List.of("elections", "crashes", "partitions", "rotations")) {
      coverage.put(pinned, result.count(pinned));
    }
    ObjectNode verdicts = coverage.putObject("verdicts");
    result.verdicts().forEach(verdicts::put);
    ObjectNode events = coverage.putObject("events");
    result.events().forEach(events::put);
    ArrayNode missing = json.putArray("missing");
    result.missing().forEach(missing::add);
    ArrayNode failures = json.putArray("failures");
    for (FailedSeed failed : result.failures()) {
      failures
          .addObject()
          .put("seed", failed.seed())
          .put("invariant", failed.invariant())
          .put("facts", failed.facts())
          .put("replay", failed.replay());
    }
    first
        .filter(replay -> !replay.excerpt().isEmpty())
        .ifPresent(replay -> shrunk(json.putObject("shrunk"), replay));
    return json;
  }

  private static void shrunk(ObjectNode json, Replay replay) {
    ArrayNode faults = json.putArray("faults");
    replay.faults().forEach(faults::add);
    ArrayNode transcript = json.putArray("transcript");
    replay.excerpt().forEach(transcript::add);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
