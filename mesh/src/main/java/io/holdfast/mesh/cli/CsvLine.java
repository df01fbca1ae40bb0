package io.holdfast.mesh.cli;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One record of CSV by RFC 4180: cells split by commas, quoted where they hold one. */
final class CsvLine {

  private CsvLine() {}

  /** The line of these cells. */
  static String of(List<String> cells) {
    return cells.stream().map(CsvLine::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  /**
   * Splits {@code text} into {@code cells}.
   *
   * @return what is wrong with it; empty when it is well formed
   */
  static Optional<String> split(String text, List<String> cells) {
    int at = 0;
    while (true) {
      StringBuilder cell = new StringBuilder();
      if (at < text.length() && text.charAt(at) == '"') {
        at++;
        while (true) {
          if (at >= text.length()) {
            return Optional.of("a quote is not closed");
          }
          char letter = text.charAt(at++);
          if (letter != '"') {
            cell.append(letter);
          } else if (at < text.length() && text.charAt(at) == '"') {
            cell.append('"');
            at++;
          } else {
            break;
          }
        }
        if (at < text.length() && text.charAt(at) != ',') {
          return Optional.of("text after a closing quote");
        }
      } else {
        while (at < text.length() && text.charAt(at) != ',') {
          if (text.charAt(at) == '"') {
            return Optional.of("a quote inside a cell that is not quoted");
          }
          cell.append(text.charAt(at++));
        }
      }
      cells.add(cell.toString());
      if (at >= text.length()) {
        return Optional.empty();
      }
      at++; // the comma
    }
  }
}
