package io.holdfast.chaos.history;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Lines of bounded length, numbered from 1. */
final class Lines {

  static final int MAX_LENGTH = 1 << 20;

  private final Reader reader;
  private int number;

  Lines(Reader reader) {
    this.reader = reader;
  }

  /** The number of the line that {@link #next} gave last. */
  int number() {
    return number;
  }

  /** The next line that is not blank; empty at the end. */
  Optional<String> next() throws IOException, MalformedLine {
    StringBuilder line = new StringBuilder();
    int next = 0;
    while (next != -1) {
      number++;
      line.setLength(0);
      for (next = reader.read(); next != -1 && next != '\n'; next = reader.read()) {
        if (line.length() == MAX_LENGTH) {
          throw new MalformedLine(number, "longer than " + MAX_LENGTH + " characters");
        }
        line.append((char) next);
      }
      String text = line.toString().strip();
      if (!text.isEmpty()) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }
}
