package io.holdfast.mesh.actor;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.MalformedMessage;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.quorum.core.QuorumCodec;
import io.holdfast.sync.actor.CoordinatorPort;
import io.holdfast.sync.core.ReplicaEffect;
import java.util.ArrayList;
import java.util.List;

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
    List<ByteString> results = new ArrayList<>(executed.results());
    for (ReplicaEffect.ConfigurationApplied change : executed.configurations()) {
      results.add(ByteString.EMPTY);
      actors.tellCoordinator(changed(change));
    }
    actors.tellCoordinator(
        new CoordinatorInput.Executed(
            executed.slot(), executed.batch(), executed.chainHash(), results));
  }

  private static CoordinatorInput changed(ReplicaEffect.ConfigurationApplied change) {
    try {
      return new CoordinatorInput.ConfigurationExecuted(
          change.slot(), QuorumCodec.decodeConfiguration(change.change()));
    } catch (MalformedMessage e) {
      throw new InvariantViolation("ConfigurationBySlot", String.valueOf(e.getMessage()));
    }
  }
}
