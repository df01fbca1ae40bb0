package io.holdfast.mesh.core.story;

import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Where in the log a write was seen: under one id a write and its resolve may have several. */
final class Places {

  private final OptionalLong recorded;

  /** Rounds by slot. */
  private final Map<Long, Set<Long>> rounds = new TreeMap<>();

  /** The round under which a slot was made durable here last, where that is known. */
  private final Map<Long, Long> held = new TreeMap<>();

  private final Set<Long> resolves = new HashSet<>();

  /**
   * @param recorded the slot in which it was executed, if it was
   */
  Places(OptionalLong recorded) {
    this.recorded = recorded;
  }

  void add(long slot, long round, boolean resolve) {
    rounds.computeIfAbsent(slot, key -> new HashSet<>()).add(round);
    if (resolve) {
      resolves.add(slot);
    }
  }

  /**
   * Whether an event is about it.
   *
   * @param round -1 for an event that knows no ballot
   */
  boolean has(long slot, long round) {
    if (isRecorded(slot) && (round < 0 || !rounds.containsKey(slot))) {
      return true;
    }
    Set<Long> here = rounds.get(slot);
    return here != null && (round < 0 || here.contains(round) || here.contains(-1L));
  }

  /** Is told of each event, its own and others', in the order in which they came. */
  void sees(Kind kind, long slot, long round) {
    if (kind == Kind.PERSISTED && rounds.containsKey(slot)) {
      held.put(slot, round);
    } else if (kind == Kind.FETCHED) {
      held.remove(slot);
    }
  }

  /**
   * Whether the slot is known to hold something else here, of what was seen so far. That it is
   * recorded in another slot says nothing: it may have been sent again, or resolved, in this one.
   */
  boolean isLost(long slot) {
    Long round = held.get(slot);
    return round != null && !isRecorded(slot) && !has(slot, round);
  }

  boolean isRecorded(long slot) {
    return recorded.isPresent() && recorded.getAsLong() == slot;
  }

  boolean isResolve(long slot) {
    return resolves.contains(slot);
  }
}
