package io.holdfast.chaos.power;

import com.google.protobuf.ByteString;
import io.holdfast.acceptor.actor.AcceptorActor;
import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Batch;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.sync.actor.AcceptorPort;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.actor.CoordinatorPort;
import io.holdfast.sync.actor.PeerPort;
import io.holdfast.sync.core.ReplicaEffect;
import io.holdfast.sync.core.SyncMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a cache-owner's words go, as in a node; and what it has said is written down. The peers are
 * not there: what they have learned is what is known to be chosen.
 */
final class ReplicaWords implements AcceptorPort, CoordinatorPort, PeerPort {

  private final MachineBoot boot;
  private final Acknowledged acknowledged;
  private final Milestone learned;
  private final Milestone applied;

  ReplicaWords(MachineBoot boot, Acknowledged acknowledged, Milestone learned, Milestone applied) {
    this.boot = boot;
    this.acknowledged = acknowledged;
    this.learned = learned;
    this.applied = applied;
  }

  // ---- To the acceptor

  @Override
  public void learned(Slot slot) {
    boot.tell(new AcceptorInput.LearnedUpTo(slot));
    learned.reach(slot.number());
  }

  @Override
  public void applied(Slot slot, Digest chainHash) {
    boot.tell(new AcceptorInput.AppliedUpTo(slot, chainHash));
    if (slot.number() > 0) {
      acknowledged.applied(slot.number(), chainHash);
    }
    applied.reach(slot.number());
  }

  @Override
  public void durable(Slot slot) {
    acknowledged.flushed(slot.number());
    boot.tell(new AcceptorInput.DurableUpTo(slot));
  }

  @Override
  public void recordChosen(AcceptedPair pair) {
    acknowledged.records(pair);
    boot.tell(new AcceptorInput.ChosenFetched(pair));
  }

  @Override
  public void readLog(long token, Slot fromSlot, int maxBytes) {
    boot.tellAcceptor(
        new AcceptorActor.ReadLog(
            fromSlot, maxBytes, pairs -> boot.tellReplica(new CacheOwner.LogRead(token, pairs))));
  }

  // ---- To the coordinator

  @Override
  public void resumed(Slot slot, Digest chainHash) {
    // It begins where the store ends, which is looked at before.
  }

  @Override
  public void applied(ReplicaEffect.Applied told) {
    // The acceptor is told the same.
  }

  @Override
  public void ackTimeoutIs(Optional<Duration> byPolicy) {
    // Nobody waits for acknowledgements here.
  }

  @Override
  public void propose(ByteString entry) {
    // Only to a replica whose node leads, and this one is never told so.
  }

  // ---- To the peers

  @Override
  public void send(MemberId to, SyncMessage message) {
    if (message instanceof SyncMessage.Fetch fetch) {
      Optional<Batch> batch = acknowledged.chosen(fetch.fromSlot().number());
      boot.tellReplica(
          new CacheOwner.PeerSaid(
              to,
              new SyncMessage.Fetched(
                  fetch.fromSlot(),
                  batch
                      .map(
                          found ->
                              List.of(
                                  new AcceptedPair(
                                      fetch.fromSlot(),
                                      acknowledged.chosenUnder(fetch.fromSlot().number()),
                                      found)))
                      .orElseGet(List::of),
                  batch.isPresent() ? fetch.fromSlot() : fetch.fromSlot().previous(),
                  false)));
    }
  }
}
