package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.List;

/**
 * A write whose quorum was not met.
 *
 * @param atMillis when its verdict was in, in milliseconds since 1970 by this node's clock
 * @param writeId which
 * @param code the outcome's code
 * @param reason why the quorum was not met; empty for other outcomes
 * @param got acknowledgements that came in time
 * @param needed acknowledgements that it needed
 * @param missing members whose acknowledgement did not come
 */
public record FailureStatus(
    long atMillis,
    String writeId,
    String code,
    String reason,
    int got,
    int needed,
    List<NodeId> missing) {

  /** So many are remembered of each group. */
  public static final int MAX = 16;

  public FailureStatus {
    missing = List.copyOf(missing);
  }
}
