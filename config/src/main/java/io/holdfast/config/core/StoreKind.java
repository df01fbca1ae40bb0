package io.holdfast.config.core;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What keeps a node's journal and record stores ({@code holdfast.store}). */
public enum StoreKind {
  /** Files of the embedded database H2 in the data directory. */
  H2,
  /** Schemas of a PostgreSQL server. */
  POSTGRESQL;

  /** What is allowed, in words. */
  public static final String ALLOWED = "h2 or postgresql";

  /** Its word in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind with this word. */
  public static Optional<StoreKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }

  @Override
  public String toString() {
    return word();
  }
}
