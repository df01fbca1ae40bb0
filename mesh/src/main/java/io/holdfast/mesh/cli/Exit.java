package io.holdfast.mesh.cli;

/** What the exit status of a verb means; the same for all verbs. */
public enum Exit {
  /** Done. */
  DONE(0),
  /** Refused by meaning: compare failed, not found, a violation found. */
  REFUSED(1),
  /** The mesh is not reachable, a quorum was not met or the outcome is unknown. */
  UNREACHABLE(2),
  /** No mesh is configured. */
  NO_MESH(3),
  /** Wrong arguments or wrong input. */
  USAGE(4),
  /** A file or a stream failed. */
  IO(5),
  /** A bug. */
  INTERNAL(6),
  /** Wrong configuration of this machine or node. */
  CONFIGURATION(7);

  private final int status;

  Exit(int status) {
    this.status = status;
  }

  /** The process's exit status. */
  public int status() {
    return status;
  }
}
