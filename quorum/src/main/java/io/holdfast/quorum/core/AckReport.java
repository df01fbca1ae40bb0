package io.holdfast.quorum.core;

import io.holdfast.config.core.NodeId;
import java.util.List;

/**
 * Who acknowledged a write, in numbers and by name; part of every verdict.
 *
 * @param n members of the slot's configuration
 * @param w acknowledgements that commit, the local one included
 * @param got acknowledgements that counted, the local one included once durable
 * @param needed how many more would have been enough: {@code w - got}, and at least the local one
 *     while that is missing; 0 only where it is met
 * @param members every member, in order of name
 */
public record AckReport(int n, int w, int got, int needed, List<MemberAck> members) {

  public AckReport {
    members = List.copyOf(members);
  }

  /**
   * What one member did.
   *
   * @param node the member
   * @param state what came of the request to it
   * @param millis from the first Accept sent to its answer, in milliseconds; -1 where there was
   *     none
   */
  public record MemberAck(NodeId node, State state, double millis) {}

  /** What came of the request to a member. */
  public enum State {
    ACKED("acked"),
    DRIFTED("drifted"),
    REJECTED("rejected"),
    LATE("late"),
    SILENT("silent");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** The stable lower-case name used in JSON. */
    public String code() {
      return code;
    }
  }
}
