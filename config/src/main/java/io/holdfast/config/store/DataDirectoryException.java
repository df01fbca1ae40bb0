package io.holdfast.config.store;

import org.jspecify.annotations.Nullable;

/**
 * A data directory cannot be used. The message names the path, what was found, what was expected
 * and what to do next; a node that gets this at start must not start, and one that gets it later
 * stops.
 */
public final class DataDirectoryException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** Another process, or this one, has it open. */
    LOCKED,
    /** It belongs to another node or mesh. */
    FOREIGN,
    /** A peer has refused it for good: it lacks promises that were made under its name. */
    REFUSED,
    /** It cannot be made or written. */
    READ_ONLY,
    /** What it holds cannot be trusted. */
    DAMAGED,
    /** The disk failed. */
    IO
  }

  private final Kind kind;

  DataDirectoryException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  DataDirectoryException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
