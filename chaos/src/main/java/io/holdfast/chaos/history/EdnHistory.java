package io.holdfast.chaos.history;

import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.parser.Parser;

/** Jepsen's {@code history.edn}: maps one after the other, or all in one vector or list. */
final class EdnHistory {

  private EdnHistory() {}

  static void read(Reader reader, Assembly assembly) throws IOException, MalformedLine {
    EdnInput input = new EdnInput(reader);
    int first = input.peek();
    int close = first == '[' ? ']' : ')';
    boolean list = first == '[' || first == '(';
    int opened = input.line();
    if (list) {
      input.read();
    }
    while (true) {
      int next = input.peek();
      int line = input.line();
      if (next == EdnInput.END_OF_INPUT) {
        if (list) {
          throw new MalformedLine(line, "the list opened in line " + opened + " does not end");
        }
        return;
      }
      if (list && next == close) {
        input.read();
        if (input.peek() != EdnInput.END_OF_INPUT) {
          throw new MalformedLine(input.line(), "something follows the end of the list");
        }
        return;
      }
      Object value = EdnValues.next(input);
      if (value != Parser.END_OF_INPUT) {
        add(value, line, assembly);
      }
    }
  }

  private static void add(@Nullable Object value, int line, Assembly assembly)
      throws MalformedLine {
    if (!(value instanceof Map<?, ?> map)) {
      throw new MalformedLine(line, EdnValues.text(value) + " is not a map");
    }
    Object process = field(map, "process", line);
    if (process instanceof Keyword) {
      return; // The nemesis: what it does is no operation on a register.
    }
    if (!(process instanceof Number)) {
      throw new MalformedLine(line, ":process is " + EdnValues.text(process) + ", not a number");
    }
    Event.Type type =
        Event.Type.named(EdnValues.name(field(map, "type", line), ":type", line), line);
    Event.Function function =
        Event.Function.named(EdnValues.name(field(map, "f", line), ":f", line), line);
    Object content = type.tells() ? field(map, "value", line) : null;
    assembly.add(EdnValues.event(line, process.toString(), type, function, content));
  }

  private static @Nullable Object field(Map<?, ?> map, String name, int line) throws MalformedLine {
    Keyword key = Keyword.newKeyword(name);
    if (!map.containsKey(key)) {
      throw new MalformedLine(line, ":" + name + " is missing");
    }
    return map.get(key);
  }
}
