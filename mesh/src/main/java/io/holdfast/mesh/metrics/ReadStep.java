package io.holdfast.mesh.metrics;

/** Where the time of a read goes. */
public enum ReadStep {
  /** From asking this node's coordinator for a read index to having it. */
  READ_INDEX("read_index"),
  /** From having it to having read: waits until the slot is executed here. */
  WAIT_APPLIED("wait_applied"),
  /** To the leader on another node, and back with its answer. */
  FORWARD("forward"),
  /** A linearizable read, from the group's service back to it. */
  TOTAL("total"),
  /** A local read, from the group's service back to it. */
  LOCAL("local");

  private final String code;

  ReadStep(String code) {
    this.code = code;
  }

  /** The stable name, as in labels. */
  public String code() {
    return code;
  }
}
