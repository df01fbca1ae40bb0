package io.holdfast.chaos.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.report.RunReport.Fault;
import io.holdfast.chaos.report.RunReport.Measured;
import io.holdfast.chaos.report.RunReport.Reign;
import io.holdfast.chaos.report.RunReport.Slice;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What the plots are drawn from, as JSON that can stand in a script element. Times are seconds,
 * latencies milliseconds, and null where nothing was measured.
 */
final class PlotData {

  /** As many digits as a screen can show. */
  private static final MathContext DIGITS = new MathContext(4);

  private PlotData() {}

  static String json(Course course) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("span", seconds(course.span()));
    data.put("slice", seconds(course.slice()));
    data.put("committed", Course.COMMITTED);
    strings(data.putArray("leaders"), course.leaders());
    strings(data.putArray("kinds"), course.kinds());
    ArrayNode at = data.putArray("at");
    course.report().slices().forEach(slice -> at.add(seconds(slice.at())));
    ArrayNode outcomes = data.putArray("outcomes");
    course.outcomes().forEach(code -> outcome(course, code, outcomes.addObject()));
    ArrayNode reigns = data.putArray("reigns");
    for (Reign reign : course.report().reigns()) {
      reigns
          .addObject()
          .put("leader", reign.leader())
          .put("from", seconds(reign.from()))
          .put("to", seconds(reign.to()));
    }
    ArrayNode leaderless = data.putArray("leaderless");
    for (Course.Gap gap : course.leaderless()) {
      leaderless.addObject().put("from", seconds(gap.from())).put("to", seconds(gap.to()));
    }
    ArrayNode faults = data.putArray("faults");
    for (Fault fault : course.report().faults()) {
      faults
          .addObject()
          .put("kind", fault.kind())
          .put("what", Wording.bounded(fault.what(), 120))
          .put("nodes", Wording.bounded(String.join(", ", fault.nodes()), 60))
          .put("effective", fault.effective())
          .put("from", seconds(fault.from()))
          .put("to", seconds(fault.to()));
    }
    return harmless(data.toString());
  }

  private static void outcome(Course course, String code, ObjectNode outcome) {
    outcome.put("code", code);
    ArrayNode counts = outcome.putArray("count");
    ArrayNode medians = outcome.putArray("p50");
    ArrayNode tails = outcome.putArray("p99");
    ArrayNode longest = outcome.putArray("max");
    for (Slice slice : course.report().slices()) {
      Optional<Measured> measured = Course.measured(slice, code);
      counts.add(Course.count(slice, code));
      latency(medians, measured, Measured::p50Millis);
      latency(tails, measured, Measured::p99Millis);
      latency(longest, measured, Measured::maxMillis);
    }
  }

  private static void latency(
      ArrayNode values, Optional<Measured> measured, ToDoubleFunction<Measured> which) {
    measured
        .map(which::applyAsDouble)
        .filter(Double::isFinite)
        .map(value -> new BigDecimal(value).round(DIGITS).doubleValue())
        .ifPresentOrElse(values::add, values::addNull);
  }

  private static void strings(ArrayNode array, Iterable<String> texts) {
    texts.forEach(array::add);
  }

  private static double seconds(Duration length) {
    return length.toMillis() / 1e3;
  }

  /**
   * Within JSON these stand in strings only, where they may be written so; then nothing in it can
   * end the element or begin a comment. Half a character, which has no UTF-8, becomes a question
   * mark.
   */
  private static String harmless(String json) {
    return new String(json.getBytes(UTF_8), UTF_8)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026");
  }
}
