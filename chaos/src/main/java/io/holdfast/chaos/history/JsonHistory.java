package io.holdfast.chaos.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.chaos.core.Step;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Our own form, one object a line: {@code process}, {@code type}, {@code f}, {@code key}, {@code
 * value}; {@code time} and other fields are not looked at. A transaction has {@code "f":"txn"}, no
 * key, and steps as its value: {@code [["cas","a",["1","2"]],["r","b",null]]}.
 */
final class JsonHistory {

  /** The process that breaks things: what it does is no operation on a register. */
  static final String NEMESIS = "nemesis";

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private JsonHistory() {}

  static void read(Reader reader, Assembly assembly) throws IOException, MalformedLine {
    Lines lines = new Lines(reader);
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      add(parse(line.get(), lines.number()), lines.number(), assembly);
    }
  }

  private static JsonNode parse(String text, int line) throws MalformedLine {
    try {
      JsonNode object = JSON.readValue(text);
      if (object.isObject()) {
        return object;
      }
      throw new MalformedLine(line, "not an object");
    } catch (JsonProcessingException e) {
      throw new MalformedLine(line, "not JSON: " + e.getOriginalMessage());
    }
  }

  private static void add(JsonNode object, int line, Assembly assembly) throws MalformedLine {
    JsonNode process = object.path("process");
    if (!process.isTextual() && !process.isIntegralNumber()) {
      throw new MalformedLine(line, "process is no text or whole number");
    }
    if (process.asText().equals(NEMESIS)) {
      return;
    }
    Event.Type type = Event.Type.named(text(object, "type", line), line);
    Event.Function function = Event.Function.named(text(object, "f", line), line);
    Optional<String> key =
        object.has("key") ? Optional.of(text(object, "key", line)) : Optional.empty();
    if (function == Event.Function.TXN) {
      List<Step> steps = type.tells() ? steps(object.path("value"), line) : List.of();
      assembly.add(
          new Event(line, process.asText(), type, function, Optional.empty(), List.of(), steps));
      return;
    }
    List<String> values = type.tells() ? values(object, function, type, line) : List.of();
    assembly.add(new Event(line, process.asText(), type, function, key, values));
  }

  private static String text(JsonNode object, String field, int line) throws MalformedLine {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw new MalformedLine(line, field + " is missing or no text");
    }
    return value.asText();
  }

  private static List<String> values(
      JsonNode object, Event.Function function, Event.Type type, int line) throws MalformedLine {
    JsonNode value = object.path("value");
    if (value.isMissingNode() && !(function == Event.Function.READ && type == Event.Type.INVOKE)) {
      throw new MalformedLine(line, "value is missing");
    }
    if (function != Event.Function.CAS) {
      return List.of(canonical(value));
    }
    if (!value.isArray() || value.size() != 2) {
      throw new MalformedLine(line, "the value of a cas is " + value + ", not [old, new]");
    }
    return List.of(canonical(value.get(0)), canonical(value.get(1)));
  }

  private static List<Step> steps(JsonNode value, int line) throws MalformedLine {
    List<Step> steps = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.path(0).isTextual() || !each.path(1).isTextual()) {
        throw new MalformedLine(line, "a step is " + each + ", not [\"name\", \"key\", ...]");
      }
      String name = each.get(0).asText();
      JsonNode pair = each.path(2);
      List<String> values = new ArrayList<>();
      if (name.equals("cas") && each.size() == 3 && pair.isArray()) {
        pair.forEach(part -> values.add(canonical(part)));
      } else {
        for (int i = 2; i < each.size(); i++) {
          values.add(canonical(each.get(i)));
        }
      }
      steps.add(TransactionSteps.step(name, each.get(1).asText(), values, line));
    }
    if (!value.isArray() || steps.isEmpty()) {
      throw new MalformedLine(line, "the value of a txn is " + value + ", not steps");
    }
    return steps;
  }

  private static String canonical(JsonNode value) {
    return value.isNull() || value.isMissingNode() ? "nil" : value.toString();
  }
}
