package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.Freshness;
import io.holdfast.mesh.core.TakingPart;
import io.holdfast.quorum.core.Configuration;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a group's actors are seen to do, for status and local reads; safe for any thread. */
final class GroupObservations {

  private final GroupCounters counters = new GroupCounters();
  private final FlightRecorder recorder;
  private Freshness freshness = Freshness.UNKNOWN;
  private @Nullable TakingPart taking;

  /**
   * @param recorder keeps what is seen of each write
   */
  GroupObservations(FlightRecorder recorder) {
    this.recorder = recorder;
  }

  /** What is seen of each write. */
  FlightRecorder recorder() {
    return recorder;
  }

  GroupCounters counters() {
    return counters;
  }

  /** This node has executed every slot up to here. */
  synchronized void applied(Slot slot) {
    freshness = freshness.applied(slot);
    if (taking != null) {
      taking = taking.executed(slot);
    }
  }

  /** What this node is in the group, from its store. */
  synchronized void takes(TakingPart stored) {
    taking = stored;
  }

  /** A change of members that stands in this slot was executed. */
  synchronized void changed(Slot slot, Configuration configuration) {
    if (taking != null) {
      taking = taking.changed(slot, configuration);
    }
  }

  /** What this node is in the group; absent before its store is loaded. */
  synchronized Optional<TakingPart> taking() {
    return Optional.ofNullable(taking);
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
