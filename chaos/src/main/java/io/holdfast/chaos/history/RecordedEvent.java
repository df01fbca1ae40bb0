package io.holdfast.chaos.history;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.holdfast.chaos.core.RegisterModel;
import io.holdfast.chaos.core.Step;
import io.holdfast.config.core.OutcomeCode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * An event with what only readers of the text want to know.
 *
 * @param event the event; its values are {@link #canonical}
 * @param at when it happened, since the beginning of the recording
 * @param code the answer that ended the operation, where one came
 */
record RecordedEvent(Event event, Duration at, Optional<OutcomeCode> code) {

  /** A value as {@link JsonHistory} reads it: the text of the JSON value. */
  static String canonical(Optional<String> value) {
    return value.map(RecordedEvent::quoted).orElse(RegisterModel.ABSENT);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, quoted);
    return quoted.append('"').toString();
  }

  /** The line of {@link JsonHistory} that says this; {@code time} is in nanoseconds. */
  String json() {
    StringBuilder json = new StringBuilder("{\"process\":").append(quoted(event.process()));
    json.append(",\"type\":\"").append(name(event.type()));
    json.append("\",\"f\":\"").append(name(event.function())).append('"');
    event.key().ifPresent(key -> json.append(",\"key\":").append(quoted(key)));
    if (event.values().size() == 1) {
      json.append(",\"value\":").append(json(event.values().get(0)));
    } else if (event.values().size() == 2) {
      json.append(",\"value\":[").append(json(event.values().get(0)));
      json.append(',').append(json(event.values().get(1))).append(']');
    }
    if (!event.steps().isEmpty()) {
      json.append(",\"value\":");
      json.append(event.steps().stream().map(RecordedEvent::json).collect(joining(",", "[", "]")));
    }
    code.ifPresent(answer -> json.append(",\"code\":\"").append(answer.code()).append('"'));
    return json.append(",\"time\":").append(at.toNanos()).append('}').toString();
  }

  private static String json(Step step) {
    String key = quoted(step.key());
    if (step instanceof Step.Read read) {
      return "[\"r\"," + key + "," + json(read.value()) + "]";
    }
    if (step instanceof Step.Write write) {
      return "[\"w\"," + key + "," + json(write.value()) + "]";
    }
    if (step instanceof Step.Is guard) {
      return "[\"is\"," + key + "," + json(guard.value()) + "]";
    }
    if (step instanceof Step.Cas cas) {
      return "[\"cas\"," + key + ",[" + json(cas.expected()) + "," + json(cas.replacement()) + "]]";
    }
    return "[\"present\"," + key + "]";
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String json(String canonical) {
    return canonical.equals(RegisterModel.ABSENT) ? "null" : canonical;
  }
}
