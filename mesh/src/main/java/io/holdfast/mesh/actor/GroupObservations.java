package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.Freshness;
import java.time.Duration;
import java.util.Optional;

/** What a group's actors are seen to do, for status and local reads; safe for any thread. */
final class GroupObservations {

  private final GroupCounters counters = new GroupCounters();
  private Freshness freshness = Freshness.UNKNOWN;

  GroupCounters counters() {
    return counters;
  }

  /** This node has executed every slot up to here. */
  synchronized void applied(Slot slot) {
    freshness = freshness.applied(slot);
  }

  /** A leader says that every slot up to here is chosen. */
  synchronized void chosen(Slot upTo, Now now) {
    freshness = freshness.chosen(upTo, now);
  }

  /** How old what this node has executed may be. */
  synchronized Optional<Duration> staleness(Now now) {
    return freshness.age(now);
  }
}
