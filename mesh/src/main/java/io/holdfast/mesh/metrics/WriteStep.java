package io.holdfast.mesh.metrics;

/**
 * Where the time of a write goes. The steps of the front door are measured for each write that
 * comes in over HTTP, those of the log for each batch; they are no partition: {@link #DECIDE} spans
 * {@link #QUEUE} and {@link #QUORUM}, and {@link #QUORUM} spans {@link #PERSIST}.
 */
public enum WriteStep {
  /** From the head of the request to its command being handed to the group's service. */
  HTTP("http"),
  /** From there to the leader on another node, and back with its answer. */
  FORWARD("forward"),
  /** From asking this node's replica for a plan to having it. */
  ADMIT("admit"),
  /** From the arrival at the coordinator to being proposed: of the oldest command of a batch. */
  QUEUE("queue"),
  /** From handing a batch to this node's acceptor to its being on disk here. */
  PERSIST("persist"),
  /** From proposing a batch to knowing it chosen, at the leader. */
  QUORUM("quorum"),
  /** From knowing a slot chosen to having executed it, on every member. */
  APPLY("apply"),
  /** From giving an admitted command to the coordinator to its outcome, at the leader. */
  DECIDE("decide"),
  /** From the answer of the service to handing it to the socket. */
  REPLY("reply"),
  /** From the head of the request to handing the answer to the socket. */
  TOTAL("total");

  private final String code;

  WriteStep(String code) {
    this.code = code;
  }

  /** The stable name, as in labels. */
  public String code() {
    return code;
  }
}
