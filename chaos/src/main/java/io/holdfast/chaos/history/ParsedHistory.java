package io.holdfast.chaos.history;

import io.holdfast.chaos.core.History;

/** What a text turned out to be. */
public sealed interface ParsedHistory {

  /** A history; empty if the text holds no operation of a client. */
  record Parsed(History history) implements ParsedHistory {}

  /**
   * Not a history.
   *
   * @param line the line that is wrong, from 1
   * @param reason what is wrong with it, in one line
   */
  record Malformed(int line, String reason) implements ParsedHistory {}
}
