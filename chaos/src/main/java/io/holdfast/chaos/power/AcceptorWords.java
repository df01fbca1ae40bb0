package io.holdfast.chaos.power;

import io.holdfast.acceptor.actor.AcceptorNeighbours;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.sync.actor.CacheOwner;
import java.util.concurrent.CompletableFuture;

/** Where an acceptor's words go, as in a node; and that it has said them is written down. */
final class AcceptorWords implements AcceptorNeighbours {

  private final MachineBoot boot;
  private final Acknowledged acknowledged;
  private final Replies replies;
  private final CompletableFuture<AcceptorView> recovered = new CompletableFuture<>();

  AcceptorWords(MachineBoot boot, Acknowledged acknowledged, Replies replies) {
    this.boot = boot;
    this.acknowledged = acknowledged;
    this.replies = replies;
  }

  CompletableFuture<AcceptorView> recovered() {
    return recovered;
  }

  @Override
  public void started(AcceptorView view) {
    recovered.complete(view);
  }

  @Override
  public void answer(MemberId to, AcceptorReply reply) {
    acknowledged.told(reply);
    replies.told(reply);
  }

  @Override
  public void accepted(AcceptedPair pair) {
    boot.tellReplica(new CacheOwner.LocallyAccepted(pair.slot(), pair.ballot(), pair.batch()));
  }

  @Override
  public void chosenRecorded(Slot slot) {
    acknowledged.recorded(slot.number());
    boot.tellReplica(new CacheOwner.ChosenRecorded(slot));
  }

  @Override
  public void watermark(Ballot ballot, Slot chosenUpTo) {
    boot.tellReplica(new CacheOwner.Watermark(ballot, chosenUpTo, ballot.proposer()));
  }

  @Override
  public void violation(String invariant, String facts) {
    boot.failed(new IllegalStateException(invariant + ": " + facts));
  }

  @Override
  public void dropped(String reason) {
    // As if the network had lost it: whoever waits for the answer will say so.
  }

  @Override
  public void failed(Throwable cause) {
    boot.failed(cause);
    recovered.completeExceptionally(cause);
  }
}
