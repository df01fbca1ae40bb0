package io.holdfast.mesh;

import io.holdfast.config.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What one node has seen of a write.
 *
 * @param writeId its id
 * @param group where
 * @param node who tells this
 * @param nowMillis when, in milliseconds since 1970 by this node's clock
 * @param recorded what its replica has recorded: {@code committed}, {@code compare_failed}, {@code
 *     fenced} or another code; {@code unknown} where it has executed no such write, {@code expired}
 *     where that is not known any more, {@code not_told} where the replica does not tell
 * @param slot where it was executed; absent where nothing is recorded
 * @param rememberedSinceMillis since when this node has forgotten nothing of what it sees; what
 *     happened before is not told
 * @param clocks the wall clocks of the peers that it hears
 * @param events what it saw, in the order in which it saw it
 * @param leftOut how many events in the middle are not told: at most {@link #MAX_EVENTS} are
 */
public record WriteStory(
    String writeId,
    String group,
    NodeId node,
    long nowMillis,
    String recorded,
    OptionalLong slot,
    long rememberedSinceMillis,
    List<Clock> clocks,
    List<Event> events,
    int leftOut) {

  /** The most events that are told: a write that is sent again and again has more and more. */
  public static final int MAX_EVENTS = 500;

  /** What {@link #recorded} is where nothing is. */
  public static final String UNKNOWN = "unknown";

  /** What {@link #recorded} is of an id before the horizon. */
  public static final String EXPIRED = "expired";

  /** What {@link #recorded} is where no node tells. */
  public static final String NOT_TOLD = "not_told";

  /**
   * A peer's wall clock.
   *
   * @param node whose
   * @param skewMillis it, less this node's, as last measured
   */
  public record Clock(NodeId node, long skewMillis) {}

  /**
   * Something that happened to a write.
   *
   * @param atMillis when, in milliseconds since 1970 by the clock of the node that saw it
   * @param node who saw it
   * @param what a stable word
   * @param slot in which slot; absent where it has none yet
   * @param ballot under which ballot's round; absent where there is none
   * @param members which other members it is about
   * @param detail a sentence for a person
   */
  public record Event(
      long atMillis,
      NodeId node,
      String what,
      OptionalLong slot,
      OptionalLong ballot,
      List<NodeId> members,
      String detail) {
    public Event {
      members = List.copyOf(members);
    }
  }

  public WriteStory {
    clocks = List.copyOf(clocks);
    events = List.copyOf(events);
  }

  /** The same with the first and the last of its events, where it has more than are told. */
  public WriteStory bounded() {
    int excess = events.size() - MAX_EVENTS;
    if (excess <= 0) {
      return this;
    }
    List<Event> told = new ArrayList<>(events.subList(0, MAX_EVENTS / 2));
    told.addAll(events.subList(MAX_EVENTS / 2 + excess, events.size()));
    return new WriteStory(
        writeId,
        group,
        node,
        nowMillis,
        recorded,
        slot,
        rememberedSinceMillis,
        clocks,
        told,
        leftOut + excess);
  }

  /** Whether this node knows anything of the write. */
  public boolean knowsAnything() {
    return slot.isPresent() || !events.isEmpty();
  }
}
