package io.holdfast.mesh.client;

/** The background node of a user cannot be had. The message says why, and what to do next. */
public final class UserMeshException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** Its folder cannot be made, read or written, or others can enter it. */
    FOLDER,
    /** Its process could not be started, or ended before it served. */
    NOT_STARTED,
    /** It did not serve in time. */
    SILENT
  }

  private final Kind kind;

  UserMeshException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
