package io.holdfast.mesh;

/** What has to hold for a node, or for one of its groups there, to be well. */
public enum GateKind {
  /** The node was let in, has begun, and is not ending. */
  TAKES_PART("takes-part", false),
  /**
   * The process was not held up lately: paused, swapped out, or in a long collection of garbage.
   */
  AWAKE("awake", false),
  /** There is room where the data directory lies. */
  DISK("disk", false),
  /** The wall clock did not jump, and agrees with those of the peers. */
  CLOCK("clock", false),
  /** Every peer that shares a group is heard, and hears this node. */
  PEERS("peers", false),
  /** The group's parts on this node answer, and take part. */
  REPLICA("replica", true),
  /** A leader is heard. */
  LEADER("leader", true),
  /** So many members are heard that a write can be acknowledged. */
  QUORUM("quorum", true),
  /** No replica is known to differ from another. */
  EQUAL("equal", true),
  /** The active control epoch has as much evidence as it needs. */
  EVIDENCE("evidence", true),
  /** The replica has executed what it knows to be chosen. */
  CAUGHT_UP("caught-up", true);

  private final String code;
  private final boolean ofGroup;

  GateKind(String code, boolean ofGroup) {
    this.code = code;
    this.ofGroup = ofGroup;
  }

  /** Its stable name, lower case. */
  public String code() {
    return code;
  }

  /** Whether there is one for each group. */
  public boolean ofGroup() {
    return ofGroup;
  }

  @Override
  public String toString() {
    return code;
  }
}
