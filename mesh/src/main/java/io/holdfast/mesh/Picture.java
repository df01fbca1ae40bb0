package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a node knows of its mesh at one moment: the one source of every view that operators
 * have. A new one is taken about twice a second.
 *
 * @param number counts them since the node's start, from 1
 * @param atMillis when it was taken, in milliseconds since 1970 by this node's clock
 * @param status of the node itself
 * @param health of the node and its groups, as far as it can tell
 * @param control what is active in each group that has a replica here, by group
 * @param others what each peer last said of itself, in order of name
 * @param happenings what happened lately, oldest first; at most {@link #MAX_HAPPENINGS}
 * @param history how the writes of each group ended lately on this node, by group
 * @param pools how much of each pool is given, by group, of at most {@link #MAX_POOLS} pools each;
 *     looked at every {@link #POOLS_STEP_MILLIS}
 */
public record Picture(
    long number,
    long atMillis,
    NodeStatus status,
    Health health,
    Map<String, Control> control,
    List<Other> others,
    List<Happening> happenings,
    Map<String, List<Verdicts>> history,
    Map<String, List<PoolStatus>> pools) {

  /** So many happenings are remembered. */
  public static final int MAX_HAPPENINGS = 200;

  /** So many points of history are remembered of each group. */
  public static final int MAX_HISTORY = 120;

  /** Milliseconds from one point of history to the next. */
  public static final long HISTORY_STEP_MILLIS = 5000;

  /** So many pools of a group are told, the first ones of its manifest. */
  public static final int MAX_POOLS = 100;

  /** Milliseconds from one look at the pools to the next. */
  public static final long POOLS_STEP_MILLIS = 5000;

  /**
   * A peer by its own words.
   *
   * @param glimpse what it said
   * @param ageMillis how long ago it was heard to say so
   */
  public record Other(Glimpse glimpse, long ageMillis) {}

  /**
   * What is active in a group.
   *
   * @param number the epoch
   * @param setHash the set's hash, 64 hex digits
   * @param ready whether enough members have given evidence for it
   * @param needed how many have to
   * @param gates what the evidence of each voter comes to
   */
  public record Control(
      long number, String setHash, boolean ready, int needed, List<Evidence> gates) {
    public Control {
      gates = List.copyOf(gates);
    }

    /** That of a group as a node has executed it. */
    public static Control of(ControlStatus status) {
      return new Control(
          status.epoch().number(),
          status.epoch().setHash().toString(),
          status.isReady(),
          status.needed(),
          status.gates().stream()
              .map(gate -> new Evidence(gate.voter().node(), gate.isOpen(), gate.reasons()))
              .toList());
    }
  }

  /**
   * What the evidence of a voter comes to.
   *
   * @param node the voter
   * @param open whether it counts
   * @param reasons why not
   */
  public record Evidence(NodeId node, boolean open, List<String> reasons) {
    public Evidence {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * Writes that ended within one step of history.
   *
   * @param atMillis the step's end, in milliseconds since 1970
   * @param counts how many with each outcome code; codes that did not occur are left out
   */
  public record Verdicts(long atMillis, Map<String, Long> counts) {
    public Verdicts {
      counts = Map.copyOf(counts);
    }
  }

  public Picture {
    others = List.copyOf(others);
    happenings = List.copyOf(happenings);
    control = Map.copyOf(control);
    history = Map.copyOf(history);
    pools = Map.copyOf(pools);
  }

  /** That of a node which has just begun: nothing is known yet. */
  public static Picture begun(NodeStatus status) {
    return new Picture(
        0,
        status.clock().wallMillis(),
        status,
        Health.UNKNOWN,
        Map.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }

  /** The same with other happenings. */
  public Picture withHappenings(List<Happening> known) {
    return new Picture(number, atMillis, status, health, control, others, known, history, pools);
  }

  /** The same with what is given of the pools of each group. */
  public Picture withPools(Map<String, List<PoolStatus>> known) {
    return new Picture(
        number, atMillis, status, health, control, others, happenings, history, known);
  }

  /** What a peer last said. */
  public Optional<Other> other(NodeId node) {
    return others.stream().filter(other -> other.glimpse().node().equals(node)).findFirst();
  }
}
