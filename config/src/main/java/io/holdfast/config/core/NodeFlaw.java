package io.holdfast.config.core;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a node may do wrong on purpose, so that whoever looks for such faults can be seen to find
 * them. Never in production.
 */
public enum NodeFlaw {
  /** It takes every question of whether it still leads as answered, and asks nobody. */
  READS_WITHOUT_PROBE,
  /** What it has written is on the disk a while later; whoever waits for that is told at once. */
  ACK_BEFORE_DISK,
  /** It starts without what it promised and accepted since its store was last written. */
  FORGETFUL_ACCEPTOR;

  /** All words, for people. */
  public static final String ALLOWED =
      Arrays.stream(values()).map(NodeFlaw::word).collect(Collectors.joining(", "));

  /** As settings have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The flaw of that name. */
  public static Optional<NodeFlaw> of(String word) {
    return Arrays.stream(values()).filter(flaw -> flaw.word().equals(word)).findFirst();
  }
}
