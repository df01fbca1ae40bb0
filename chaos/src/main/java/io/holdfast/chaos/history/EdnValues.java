package io.holdfast.chaos.history;

import io.holdfast.chaos.core.Step;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import us.bpsm.edn.EdnException;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.TaggedValue;
import us.bpsm.edn.parser.Parser;
import us.bpsm.edn.parser.Parsers;

/** EDN values as the events of a history need them. */
final class EdnValues {

  private static final Parser PARSER = Parsers.newParser(Parsers.defaultConfiguration());

  private EdnValues() {}

  /** The next value; {@link Parser#END_OF_INPUT} at the end. */
  static @Nullable Object next(EdnInput input) throws IOException, MalformedLine {
    input.peek();
    int line = input.line();
    try {
      Object value = PARSER.nextValue(input);
      return value instanceof TaggedValue tagged ? tagged.getValue() : value;
    } catch (EdnException | NumberFormatException e) {
      throw new MalformedLine(line, "not EDN: " + e.getMessage());
    }
  }

  /** The one value in a part of line {@code line}. */
  static @Nullable Object only(String text, int line) throws MalformedLine {
    try {
      EdnInput input = new EdnInput(new StringReader(text));
      Object value = next(input);
      if (value == Parser.END_OF_INPUT || input.peek() != EdnInput.END_OF_INPUT) {
        throw new MalformedLine(line, "'" + text + "' is not one value");
      }
      return value;
    } catch (MalformedLine e) {
      throw new MalformedLine(line, e.reason());
    } catch (IOException e) {
      throw new MalformedLine(line, String.valueOf(e.getMessage()));
    }
  }

  /** The name of a keyword. */
  static String name(@Nullable Object value, String field, int line) throws MalformedLine {
    if (value instanceof Keyword keyword) {
      return keyword.getName();
    }
    throw new MalformedLine(line, field + " is " + text(value) + ", not a keyword");
  }

  /** An event with its value taken apart: a pair {@code [key value]} names a register. */
  static Event event(
      int line, String process, Event.Type type, Event.Function function, @Nullable Object value)
      throws MalformedLine {
    if (!type.tells()) {
      return new Event(line, process, type, function, Optional.empty(), List.of());
    }
    if (function == Event.Function.TXN) {
      return new Event(
          line, process, type, function, Optional.empty(), List.of(), steps(value, line));
    }
    Optional<String> key = Optional.empty();
    Object content = value;
    boolean cas = function == Event.Function.CAS;
    if (value instanceof List<?> pair
        && pair.size() == 2
        && (!cas || pair.get(1) instanceof List)) {
      key = Optional.of(text(pair.get(0)));
      content = pair.get(1);
    }
    if (!cas) {
      return new Event(line, process, type, function, key, List.of(text(content)));
    }
    if (content instanceof List<?> pair && pair.size() == 2) {
      return new Event(
          line, process, type, function, key, List.of(text(pair.get(0)), text(pair.get(1))));
    }
    throw new MalformedLine(line, "the value of a cas is " + text(content) + ", not [old new]");
  }

  private static List<Step> steps(@Nullable Object value, int line) throws MalformedLine {
    List<Step> steps = new ArrayList<>();
    for (Object each : value instanceof List<?> all ? all : List.of()) {
      if (!(each instanceof List<?> parts) || parts.size() < 2) {
        throw new MalformedLine(line, "a step is " + text(each) + ", not [:name key ...]");
      }
      String name = name(parts.get(0), "the name of a step", line);
      boolean pair = name.equals("cas") && parts.size() == 3 && parts.get(2) instanceof List;
      List<?> values = pair ? (List<?>) parts.get(2) : parts.subList(2, parts.size());
      steps.add(
          TransactionSteps.step(
              name, text(parts.get(1)), values.stream().map(EdnValues::text).toList(), line));
    }
    if (steps.isEmpty()) {
      throw new MalformedLine(line, "the value of a txn is " + text(value) + ", not steps");
    }
    return steps;
  }

  static String text(@Nullable Object value) {
    if (value == null) {
      return "nil";
    }
    return value instanceof String string ? "\"" + string + "\"" : value.toString();
  }
}
