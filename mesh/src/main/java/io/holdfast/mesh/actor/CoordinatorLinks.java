package io.holdfast.mesh.actor;

import io.holdfast.acceptor.core.AcceptorInput;
import io.holdfast.acceptor.core.AcceptorRequest;
import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.mesh.core.Envelope.BetweenCoordinators;
import io.holdfast.mesh.core.Envelope.ToAcceptor;
import io.holdfast.mesh.metrics.GroupMeters;
import io.holdfast.mesh.metrics.WriteStep;
import io.holdfast.quorum.actor.CoordinatorNeighbours;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import io.holdfast.quorum.core.CoordinatorMessage;
import io.holdfast.quorum.core.DivergenceView;
import io.holdfast.quorum.core.Verdict;
import io.holdfast.sync.actor.CacheOwner;
import io.holdfast.sync.core.Divergence;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a coordinator's words go. */
final class CoordinatorLinks implements CoordinatorNeighbours {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLinks.class);

  private final GroupId group;
  private final NodeParts node;
  private final GroupActors actors;
  private final GroupObservations observations;
  private final GroupMeters meters;
  private final RareWarning driftWarning;
  private final RareWarning skewWarning;
  private volatile Optional<Divergence> divergence;

  /**
   * @param known that the replica has diverged, where that is known already
   */
  CoordinatorLinks(
      GroupId group,
      NodeParts node,
      GroupActors actors,
      GroupObservations observations,
      Optional<Divergence> known) {
    this.group = group;
    this.node = node;
    this.actors = actors;
    this.observations = observations;
    this.meters = observations.meters();
    this.divergence = known;
    this.driftWarning = new RareWarning(LOG, node.clock());
    this.skewWarning = new RareWarning(LOG, node.clock());
  }

  @Override
  public void ask(MemberId to, AcceptorRequest request) {
    observations.recorder().asks(to, request);
    if (to.equals(node.self())) {
      if (request instanceof AcceptorRequest.Accept accept) {
        meters.proposed(accept.slot().number(), accept.batch().size());
      }
      actors.tellAcceptor(new AcceptorInput.Asked(to, request));
    } else {
      node.links().send(to.node(), new ToAcceptor(group, request));
    }
  }

  @Override
  public void say(MemberId to, CoordinatorMessage message) {
    node.links().send(to.node(), new BetweenCoordinators(group, message));
  }

  @Override
  public void watermark(Ballot ballot, Slot chosenUpTo) {
    meters.chosen(chosenUpTo.number());
    observations.chosen(chosenUpTo, node.clock().get());
    actors.tellReplica(new CacheOwner.Watermark(ballot, chosenUpTo, ballot.proposer()));
  }

  @Override
  public void catchUp(Slot upTo, MemberId from) {
    actors.tellReplica(new CacheOwner.CatchUp(upTo, from));
  }

  @Override
  public void trimUpTo(Slot slot, Slot atMost) {
    actors.tellAcceptor(new AcceptorInput.TrimUpTo(slot, atMost));
  }

  @Override
  public void membersAre(Set<MemberId> voters, Set<MemberId> members) {
    actors.tellAcceptor(new AcceptorInput.MembersAre(voters));
    actors.tellReplica(new CacheOwner.MembersChanged(List.copyOf(members)));
  }

  @Override
  public void leads(OptionalLong lowestClockMillis) {
    actors.tellReplica(new CacheOwner.Leads(lowestClockMillis));
  }

  @Override
  public void leadsNoMore() {
    actors.tellReplica(new CacheOwner.LeadsNoMore());
  }

  @Override
  public void role(Role role, Optional<MemberId> leader, String why) {
    LOG.info(
        "{}: {} {}: {}",
        group,
        role.code(),
        leader.map(member -> "under " + member.node()).orElse("without a leader"),
        why);
    meters.leaderIs(leader.map(MemberId::node));
    actors.tellLeader(leader);
  }

  @Override
  public void verdict(Slot slot, Verdict verdict, AckReport acks) {
    meters.quorum().verdict(verdict);
    meters.acknowledged(acks);
    observations.recorder().verdict(slot, verdict, acks);
    if (verdict instanceof Verdict.NotMet notMet) {
      LOG.warn("{}: slot {}: quorum not met: {}: {}", group, slot, notMet.reason().code(), acks);
    }
  }

  @Override
  public void skew(MemberId member, long millis) {
    meters.quorum().skew(millis);
    if (Math.abs(millis) > node.settings().quorum().clockSkewWarn().toMillis()) {
      skewWarning.log("%s: clock of %s is %d ms from ours", group, member.node(), millis);
    }
  }

  @Override
  public void drift(MemberId member, Slot slot, String what) {
    meters.quorum().drifted();
    driftWarning.log("%s: id_drift: %s at slot %s: %s", group, member, slot, what);
  }

  @Override
  public void diverged(Slot slot, Set<MemberId> agreeing) {
    Divergence found = Divergence.of(slot, agreeing);
    divergence = Optional.of(found);
    actors.tellReplica(new CacheOwner.Diverged(found));
  }

  /** Where the replica differs from a majority, once that is known; for any thread. */
  Optional<Divergence> divergence() {
    return divergence;
  }

  @Override
  public void divergence(DivergenceView known) {
    actors.tellReplica(new CacheOwner.Undecided(known.isUndecided()));
    LOG.warn(
        "{}: id_drift: {} at slot {}: {}",
        group,
        known.state().code(),
        known.slot(),
        known.members());
  }

  @Override
  public void waited(long nanos) {
    meters.took(WriteStep.QUEUE, nanos);
  }

  @Override
  public void load(int queued, long queuedBytes, int inFlight) {
    meters.load(queued, queuedBytes, inFlight);
  }

  @Override
  public void dropped(String reason) {
    meters.dropped(GroupMeters.Part.COORDINATOR);
  }

  @Override
  public void failed(Throwable cause) {
    node.failure().bug(cause); // it has no disk that could fail
  }
}
