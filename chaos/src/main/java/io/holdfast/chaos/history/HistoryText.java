package io.holdfast.chaos.history;

import io.holdfast.chaos.history.ParsedHistory.Malformed;
import io.holdfast.chaos.history.ParsedHistory.Parsed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;

/** Reads a history in any of the forms of this package; which one is seen from its beginning. */
public final class HistoryText {

  private static final int BEGINNING = 4096;

  private HistoryText() {}

  /**
   * Reads a history to its end.
   *
   * @throws IOException when {@code text} cannot be read
   */
  public static ParsedHistory read(Reader text) throws IOException {
    BufferedReader reader = new BufferedReader(text);
    Assembly assembly = new Assembly();
    try {
      String beginning = beginning(reader);
      if (beginning.startsWith("{\"")) {
        JsonHistory.read(reader, assembly);
      } else if (beginning.matches("(?s)[\\[{(#;].*")) {
        EdnHistory.read(reader, assembly);
      } else {
        LogHistory.read(reader, assembly);
      }
      return new Parsed(assembly.history());
    } catch (MalformedLine e) {
      return new Malformed(e.line(), e.reason());
    }
  }

  /** The first characters, without white space; they are read again. */
  private static String beginning(BufferedReader reader) throws IOException {
    StringBuilder beginning = new StringBuilder();
    reader.mark(BEGINNING);
    for (int i = 0; i < BEGINNING && beginning.length() < 2; i++) {
      int next = reader.read();
      if (next == -1) {
        break;
      }
      if (!Character.isWhitespace(next)) {
        beginning.append((char) next);
      }
    }
    reader.reset();
    return beginning.toString();
  }
}
