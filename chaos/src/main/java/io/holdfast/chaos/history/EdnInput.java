package io.holdfast.chaos.history;

import java.io.IOException;
import java.io.Reader;
import us.bpsm.edn.parser.Parseable;

/** Characters for the EDN parser: counts lines, and bounds the length and depth of a value. */
final class EdnInput implements Parseable {

  static final int MAX_VALUE = 1 << 20;

  /** The parser recurses. */
  static final int MAX_DEPTH = 100;

  private static final int NOTHING = -2;

  private final Reader reader;
  private int unread = NOTHING;
  private int line = 1;
  private int length;
  private int depth;

  EdnInput(Reader reader) {
    this.reader = reader;
  }

  int line() {
    return line;
  }

  /** The next character that is not white space, a comma or in a comment; left unread. */
  int peek() throws IOException {
    int next = read();
    boolean comment = next == ';';
    while (next != END_OF_INPUT && (comment || Character.isWhitespace(next) || next == ',')) {
      next = read();
      comment = comment ? next != '\n' : next == ';';
      length = 0;
      depth = 0;
    }
    unread(next);
    length = 0;
    depth = 0;
    return next;
  }

  @Override
  public int read() throws IOException {
    int next = unread == NOTHING ? reader.read() : unread;
    unread = NOTHING;
    count(next, 1);
    if (++length > MAX_VALUE || depth > MAX_DEPTH) {
      throw new IOException("a value is longer or nested deeper than a history's can be");
    }
    return next;
  }

  @Override
  public void unread(int next) {
    unread = next;
    count(next, -1);
  }

  private void count(int next, int step) {
    switch (next) {
      case '\n' -> line += step;
      case '[', '(', '{' -> depth += step;
      case ']', ')', '}' -> depth -= step;
      default -> {
        // Nothing to count.
      }
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
