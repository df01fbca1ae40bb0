package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import java.util.List;
import java.util.Optional;

/**
 * How well a node is: what readiness, JMX, metrics, the page and {@code holdfast why} all tell.
 *
 * @param gates those of the node, then those of each group, in order of name
 */
public record Health(List<Gate> gates) {

  /** Before anything is known: not ready. */
  public static final Health UNKNOWN = new Health(List.of());

  /** How well, in one word, from good to bad. */
  public enum Level {
    /** Every gate is open. */
    OK("ok"),
    /** Something is wrong, and every group that it runs is served. */
    DEGRADED("degraded"),
    /** Something is not served. */
    FAILING("failing");

    private final String code;

    Level(String code) {
      this.code = code;
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

  public Health {
    gates = List.copyOf(gates);
  }

  /** How well in all. */
  public Level level() {
    return gates.isEmpty() ? Level.FAILING : levelOf(gates);
  }

  /** How well one group is here, apart from the node; ok where the node takes no part in it. */
  public Level level(GroupId group) {
    return levelOf(gatesOf(Optional.of(group)));
  }

  private static Level levelOf(List<Gate> some) {
    return some.stream()
        .map(Gate::state)
        .max(Enum::compareTo)
        .map(
            worst ->
                switch (worst) {
                  case OPEN -> Level.OK;
                  case WARNING -> Level.DEGRADED;
                  case CLOSED -> Level.FAILING;
                })
        .orElse(Level.OK);
  }

  /** Whether requests may be sent to this node: it serves all groups that it runs. */
  public boolean ready() {
    return level() != Level.FAILING;
  }

  /** The gates of a group, or of the node itself. */
  public List<Gate> gatesOf(Optional<GroupId> group) {
    return gates.stream().filter(gate -> gate.group().equals(group)).toList();
  }

  /** The gates that are not open, the worst first. */
  public List<Gate> troubles() {
    return gates.stream()
        .filter(gate -> gate.state() != Gate.State.OPEN)
        .sorted((one, other) -> other.state().compareTo(one.state()))
        .toList();
  }
}
