package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import java.util.List;
import java.util.Optional;

/**
 * One thing that has to hold, and whether it does.
 *
 * @param kind what has to hold
 * @param group the group that it is about; absent for the node as a whole
 * @param state whether it holds
 * @param reasons why it does not, sentences that name nodes; none where it is {@link State#OPEN}
 * @param sinceMillis since when it is in this state, in milliseconds since 1970 by this node's
 *     clock
 */
public record Gate(
    GateKind kind, Optional<GroupId> group, State state, List<String> reasons, long sinceMillis) {

  /** Whether a gate holds, from good to bad. */
  public enum State {
    /** It holds. */
    OPEN("open", 0),
    /** It does not, and every group that the node runs is served all the same. */
    WARNING("warning", 1),
    /** It does not, and something is not served. */
    CLOSED("closed", 2);

    private final String code;
    private final int severity;

    State(String code, int severity) {
      this.code = code;
      this.severity = severity;
    }

    /** How bad it is: 0, 1 or 2. */
    public int severity() {
      return severity;
    }

    /** Its stable name, lower case. */
    public String code() {
      return code;
    }

    @Override
    public String toString() {
      return code;
    }
  }

  public Gate {
    reasons = List.copyOf(reasons);
    if (kind.ofGroup() != group.isPresent() || (state == State.OPEN) != reasons.isEmpty()) {
      throw new IllegalArgumentException(
          "gate %s of %s, %s: %s".formatted(kind, group, state, reasons));
    }
  }

  /** The same in that state since an earlier moment. */
  public Gate since(long millis) {
    return new Gate(kind, group, state, reasons, millis);
  }

  /** Why it does not hold, in one line; empty where it is {@link State#OPEN}. */
  public String reason() {
    return String.join("; ", reasons);
  }

  /** Whether it is the same gate, in whatever state. */
  public boolean isSameAs(Gate other) {
    return kind == other.kind && group.equals(other.group);
  }
}
