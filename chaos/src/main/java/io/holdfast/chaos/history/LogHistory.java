package io.holdfast.chaos.history;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines that Jepsen logs: {@code INFO jepsen.util - 0 :invoke :write 3}. */
final class LogHistory {

  private static final Pattern EVENT =
      Pattern.compile(
          ".*\\bjepsen\\.util\\s+-\\s+(:?[\\w-]+)\\s+:(\\w+)\\s+:([\\w-]+)(?:\\s+(.*))?");

  /** What other parts of Jepsen say in between. */
  private static final Pattern OTHER =
      Pattern.compile(".*\\b(?:TRACE|DEBUG|INFO|WARN|ERROR)\\s.*\\s-\\s.*");

  private LogHistory() {}

  static void read(Reader reader, Assembly assembly) throws IOException, MalformedLine {
    Lines lines = new Lines(reader);
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      add(line.get(), lines.number(), assembly);
    }
  }

  private static void add(String text, int line, Assembly assembly) throws MalformedLine {
    Matcher match = EVENT.matcher(text);
    if (!match.matches()) {
      if (!text.contains("jepsen.util") && OTHER.matcher(text).matches()) {
        return;
      }
      throw new MalformedLine(line, "neither EDN, JSON nor a line of Jepsen's log: " + text);
    }
    String process = match.group(1);
    if (process.startsWith(":")) {
      return; // The nemesis: what it does is no operation on a register.
    }
    Event.Type type = Event.Type.named(match.group(2), line);
    Event.Function function = Event.Function.named(match.group(3), line);
    String value = match.group(4);
    if (type.tells() && value == null) {
      throw new MalformedLine(line, "the value is missing");
    }
    Object content = type.tells() ? EdnValues.only(value, line) : null;
    assembly.add(EdnValues.event(line, process, type, function, content));
  }
}
