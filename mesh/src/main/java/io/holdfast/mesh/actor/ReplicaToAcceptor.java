package io.holdfast.mesh.actor;

import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.actor.AcceptorPort;
import io.holdfast.sync.actor.CacheOwner;

/** Where a cache-owner's words to the acceptor go. */
final class ReplicaToAcceptor implements AcceptorPort {

  private final GroupActors actors;

  ReplicaToAcceptor(GroupActors actors) {
    this.actors = actors;
  }

  @Override
  public void learned(Slot slot) {
    actors.tellAcceptor(new AcceptorInput.LearnedUpTo(slot));
  }

  @Override
  public void applied(Slot slot, Digest chainHash) {
    actors.tellAcceptor(new AcceptorInput.AppliedUpTo(slot, chainHash));
  }

  /** The coordinator is told too: what every member's store holds is what all may trim. */
  @Override
  public void durable(Slot slot) {
    actors.tellAcceptor(new AcceptorInput.DurableUpTo(slot));
    actors.tellCoordinator(new CoordinatorInput.Durable(slot));
  }

  @Override
  public void recordChosen(AcceptedPair pair) {
    actors.tellAcceptor(new AcceptorInput.ChosenFetched(pair));
  }

  @Override
  public void readLog(long token, Slot fromSlot, int maxBytes) {
    actors.tellAcceptor(
        new AcceptorActor.ReadLog(
            fromSlot, maxBytes, pairs -> actors.tellReplica(new CacheOwner.LogRead(token, pairs))));
  }
}
