package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.Now;
import io.holdfast.mesh.core.Freshness;
import io.holdfast.mesh.core.TakingPart;
import io.holdfast.mesh.metrics.GroupMeters;
import io.holdfast.mesh.metrics.WriteStep;
import io.holdfast.quorum.core.Configuration;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a group's actors are seen to do, for status and local reads; safe for any thread. */
final class GroupObservations {

  private final GroupMeters meters;
  private final GroupCounters counters;
  private final FlightRecorder recorder;
  private Freshness freshness = Freshness.UNKNOWN;
  private @Nullable TakingPart taking;

  /** The newest slot known to be chosen whose execution is measured; 0 for none. */
  private long awaited;

  private long awaitedSinceNanos;
  private long applied;

  /**
   * @param recorder keeps what is seen of each write
   */
  GroupObservations(GroupMeters meters, FlightRecorder recorder) {
    this.meters = meters;
    this.counters = new GroupCounters(meters);
    this.recorder = recorder;
  }

  /** What is measured. */
  GroupMeters meters() {
    return meters;
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
    if (awaited != 0 && slot.number() >= awaited) {
      meters.took(WriteStep.APPLY, System.nanoTime() - awaitedSinceNanos);
      awaited = 0;
    }
    applied = Math.max(applied, slot.number());
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
    if (awaited == 0 && upTo.number() > applied) {
      awaited = upTo.number();
      awaitedSinceNanos = now.monotonicNanos();
    }
  }

  /** How old what this node has executed may be. */
  synchronized Optional<Duration> staleness(Now now) {
    return freshness.age(now);
  }
}
