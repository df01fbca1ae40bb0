package io.holdfast.mesh.actor;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.actor.CoordinatorActor;
import io.holdfast.quorum.core.BatchEntry.CommandEntry;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.actor.CoordinatorPort;
import io.holdfast.sync.core.ReplicaEffect;
import java.time.Duration;
import java.util.Optional;

/** Where a cache-owner's words to the coordinator go. */
final class ReplicaToCoordinator implements CoordinatorPort {

  private final GroupActors actors;
  private final GroupObservations observations;

  ReplicaToCoordinator(GroupActors actors, GroupObservations observations) {
    this.actors = actors;
    this.observations = observations;
  }

  @Override
  public void resumed(Slot slot, Digest chainHash) {
    observations.applied(slot);
    learned(slot);
  }

  @Override
  public void learned(Slot slot) {
    actors.tellCoordinator(new CoordinatorInput.Learned(slot));
  }

  @Override
  public void applied(ReplicaEffect.Applied executed) {
    observations.applied(executed.slot());
    observations.meters().executed(executed.results().size());
    observations.recorder().executed(executed.slot());
    for (CoordinatorInput input : executed.forCoordinator()) {
      if (input instanceof CoordinatorInput.ConfigurationExecuted change) {
        observations.changed(change.slot(), change.changed());
      }
      actors.tellCoordinator(input);
    }
  }

  @Override
  public void ackTimeoutIs(Optional<Duration> byPolicy) {
    actors.tellCoordinator(new CoordinatorInput.AckTimeoutChanged(byPolicy));
    actors.tellAckTimeout(byPolicy);
  }

  @Override
  public void propose(ByteString entry) {
    actors.tellCoordinator(new CoordinatorActor.Submit(new CommandEntry(entry), outcome -> {}));
  }
}
