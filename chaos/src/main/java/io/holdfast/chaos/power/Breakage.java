package io.holdfast.chaos.power;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Faults that are put in on purpose: power cuts that do not show them would show nothing. */
public enum Breakage {
  /** The databases' files are not opened for synchronized writing. */
  WRITES_NOT_SYNCED,
  /** Syncing a directory does nothing: names come and go with the power. */
  DIRECTORY_NOT_SYNCED,
  /** An acceptor's answer does not wait for its journal. */
  ANSWER_BEFORE_DISK,
  /** Recovery reads over promises. */
  PROMISE_FORGOTTEN,
  /** The store says that a flush is durable when it has only begun. */
  FLUSH_TOLD_EARLY;

  /** As options have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one of this word. */
  public static Optional<Breakage> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  /** All words. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Breakage::word).toList();
  }
}
