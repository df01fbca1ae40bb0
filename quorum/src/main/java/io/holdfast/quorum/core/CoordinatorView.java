package io.holdfast.quorum.core;

import io.holdfast.acceptor.core.Ballot;
import io.holdfast.acceptor.core.Slot;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.Now;
import io.holdfast.quorum.core.CoordinatorEffect.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator as seen from outside at one moment.
 *
 * @param role what it does
 * @param leader the leader that it hears, itself included
 * @param highest the highest ballot that it has seen
 * @param configuration of the first slot that is not learned here
 * @param chosenUpTo while leading: every slot up to here is chosen
 * @param callersInFlight callers whose proposals are not concluded
 * @param queued proposals that wait for a slot
 * @param peers every other member
 * @param divergence what it knows of replicas whose chain hashes differ
 */
public record CoordinatorView(
    Role role,
    Optional<MemberId> leader,
    Ballot highest,
    Configuration configuration,
    Slot chosenUpTo,
    int callersInFlight,
    int queued,
    List<PeerView> peers,
    DivergenceView divergence) {

  /**
   * Another member.
   *
   * @param member who
   * @param sinceHeard since it was last heard; absent for never
   * @param state what it last said of itself
   */
  public record PeerView(MemberId member, Optional<Duration> sinceHeard, MemberState state) {}

  /** The same as it is so much later, where nothing was heard meanwhile. */
  public CoordinatorView later(Duration time) {
    return new CoordinatorView(
        role,
        leader,
        highest,
        configuration,
        chosenUpTo,
        callersInFlight,
        queued,
        peers.stream()
            .map(
                peer ->
                    new PeerView(peer.member(), peer.sinceHeard().map(time::plus), peer.state()))
            .toList(),
        divergence);
  }

  static CoordinatorView of(
      Role role,
      Optional<MemberId> leader,
      Ballot highest,
      Standing standing,
      @Nullable Leadership leadership,
      DivergenceView divergence,
      Now now) {
    List<PeerView> peers = new ArrayList<>();
    for (MemberId other : standing.others()) {
      Optional<Duration> sinceHeard =
          standing.peers.lastHeard(other).map(heard -> Duration.ofNanos(now.nanosSince(heard)));
      peers.add(new PeerView(other, sinceHeard, standing.peers.state(other)));
    }
    return new CoordinatorView(
        role,
        leader,
        highest,
        standing.nextConfiguration(),
        leadership == null ? standing.learnedUpTo : leadership.chosenUpTo(),
        standing.writes.callers(),
        standing.queue.size(),
        peers,
        divergence);
  }
}
