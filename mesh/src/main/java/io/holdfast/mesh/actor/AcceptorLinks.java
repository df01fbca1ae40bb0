package io.holdfast.mesh.actor;

import io.holdfast.acceptor.actor.AcceptorNeighbours;
import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.AcceptorReply;
import io.holdfast.acceptor.core.AcceptorReply.AcceptedPair;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.InvariantViolation;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.core.Envelope.ToCoordinator;
import io.holdfast.mesh.metrics.GroupMeters;
import io.holdfast.quorum.core.CoordinatorInput;
import io.holdfast.sync.actor.CacheOwner;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an acceptor's words go. */
final class AcceptorLinks implements AcceptorNeighbours {

  private static final Logger LOG = LoggerFactory.getLogger(AcceptorLinks.class);

  private final GroupId group;
  private final NodeParts node;
  private final GroupActors actors;
  private final GroupObservations observations;
  private final String files;
  private final CompletableFuture<AcceptorView> recovered = new CompletableFuture<>();

  /**
   * @param files where the group's state lies, for the words of a refused start
   */
  AcceptorLinks(
      GroupId group,
      NodeParts node,
      GroupActors actors,
      GroupObservations observations,
      String files) {
    this.group = group;
    this.node = node;
    this.actors = actors;
    this.observations = observations;
    this.files = files;
  }

  /** Completes with what the acceptor recovered, or fails with its journal. */
  CompletableFuture<AcceptorView> recovered() {
    return recovered;
  }

  @Override
  public void started(AcceptorView view) {
    recovered.complete(view);
  }

  @Override
  public void answer(MemberId to, AcceptorReply reply) {
    observations.meters().answered(reply);
    if (to.equals(node.self())) {
      observations.recorder().replied(to, reply);
      actors.tellCoordinator(new CoordinatorInput.Replied(to, reply));
    } else {
      node.links().send(to.node(), new ToCoordinator(group, reply));
    }
  }

  @Override
  public void accepted(AcceptedPair pair) {
    observations.meters().persisted(pair.slot().number());
    observations.recorder().persisted(pair);
    actors.tellReplica(new CacheOwner.LocallyAccepted(pair.slot(), pair.ballot(), pair.batch()));
  }

  @Override
  public void chosenRecorded(Slot slot) {
    observations.recorder().fetched(slot);
    actors.tellReplica(new CacheOwner.ChosenRecorded(slot));
  }

  @Override
  public void watermark(Ballot ballot, Slot chosenUpTo) {
    observations.chosen(chosenUpTo, node.clock().get());
    actors.tellReplica(new CacheOwner.Watermark(ballot, chosenUpTo, ballot.proposer()));
  }

  @Override
  public void violation(String invariant, String facts) {
    observations.meters().violated();
    LOG.error("{}: {}: {}", group, invariant, facts);
  }

  @Override
  public void dropped(String reason) {
    observations.meters().dropped(GroupMeters.Part.ACCEPTOR);
  }

  @Override
  public void failed(Throwable cause) {
    if (cause instanceof InvariantViolation && !recovered.isDone()) {
      // Found in recovery: what is on disk contradicts itself.
      LOG.error("{}: the acceptor cannot start", group, cause);
      node.failure()
          .storage(
              new IllegalStateException(
                  "%s; group %s, %s; put the newest copies of both back, or replace the node"
                      .formatted(cause.getMessage(), group, files)));
    } else if (cause instanceof InvariantViolation) {
      node.failure().bug(cause);
    } else {
      node.failure().storage(cause);
    }
    recovered.completeExceptionally(cause);
  }
}
