package io.holdfast.mesh;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node tells its peers of itself, about once a second, and as its last words.
 *
 * @param node who
 * @param atMillis when, by its wall clock, milliseconds since 1970
 * @param version of its software
 * @param state as in {@link NodeStatus#state}; {@link #FAILED} or {@link #ENDED} in the last words
 *     of a node that ends by itself
 * @param level how well it is
 * @param httpAddr its front door
 * @param uptimeMillis since its start
 * @param reasons what is wrong, the worst first; at most {@link #MAX_REASONS}
 * @param links whom it hears
 * @param groups its groups, in order of name
 */
public record Glimpse(
    NodeId node,
    long atMillis,
    String version,
    String state,
    Health.Level level,
    String httpAddr,
    long uptimeMillis,
    List<String> reasons,
    List<Link> links,
    List<OfGroup> groups) {

  /** So many reasons are told. */
  public static final int MAX_REASONS = 8;

  /** The longest text, in characters. */
  public static final int MAX_TEXT = 512;

  /** The state of a node that ends by itself because its storage failed. */
  public static final String FAILED = "failed";

  /** The state of a node that ends by itself for another reason. */
  public static final String ENDED = "ended";

  /** The state of a node that was asked to end. */
  public static final String STOPPING = "stopping";

  /** Whether these are the last words of a node that ends by itself. */
  public boolean hasEnded() {
    return state.equals(FAILED) || state.equals(ENDED);
  }

  /**
   * A peer as a node hears it.
   *
   * @param peer who is heard
   * @param heard whether it was lately
   * @param lastHeardMillis milliseconds since; -1 for never
   * @param skewMillis the peer's wall clock less the node's
   */
  public record Link(NodeId peer, boolean heard, long lastHeardMillis, long skewMillis) {}

  /**
   * A group on a node.
   *
   * @param group which
   * @param role as in {@link GroupStatus#role}
   * @param leader whom it hears lead
   * @param promised its acceptor's promise, as text
   * @param highest the highest ballot that its coordinator has seen, as text
   * @param chosen as in {@link GroupStatus}
   * @param applied as in {@link GroupStatus}
   * @param inFlight as in {@link GroupStatus}
   * @param queued as in {@link GroupStatus}
   * @param epoch the active control epoch; -1 where that is not known
   * @param level how well it is there
   * @param verdicts how many writes ended there with each outcome code since start
   */
  public record OfGroup(
      GroupId group,
      String role,
      Optional<NodeId> leader,
      String promised,
      String highest,
      long chosen,
      long applied,
      long inFlight,
      long queued,
      long epoch,
      Health.Level level,
      Map<String, Long> verdicts) {

    public OfGroup {
      verdicts = Map.copyOf(verdicts);
    }
  }

  public Glimpse {
    reasons = List.copyOf(reasons);
    links = List.copyOf(links);
    groups = List.copyOf(groups);
  }

  /** What it says of a group. */
  public Optional<OfGroup> group(GroupId name) {
    return groups.stream().filter(known -> known.group().equals(name)).findFirst();
  }

  /** How it hears a peer. */
  public Optional<Link> link(NodeId peer) {
    return links.stream().filter(link -> link.peer().equals(peer)).findFirst();
  }
}
