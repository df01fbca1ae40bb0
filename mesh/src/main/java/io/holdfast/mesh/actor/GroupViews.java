package io.holdfast.mesh.actor;

import io.holdfast.acceptor.actor.AcceptorView;
import io.holdfast.acceptor.core.Digest;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.MemberId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.AcceptorStatus;
import io.holdfast.mesh.CacheStatus;
import io.holdfast.mesh.DivergenceStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.SnapshotStatus;
import io.holdfast.quorum.core.Configuration;
import io.holdfast.quorum.core.CoordinatorView;
import io.holdfast.quorum.core.DivergenceView;
import io.holdfast.sync.actor.CacheOwnerStatus;
import io.holdfast.sync.core.ReplicaCounts;
import io.holdfast.sync.core.SnapshotProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the actors of a group say of themselves at about the same time.
 *
 * @param coordinator the coordinator's view
 * @param replica the cache-owner's
 * @param acceptor the acceptor's
 */
record GroupViews(CoordinatorView coordinator, CacheOwnerStatus replica, AcceptorView acceptor) {

  /**
   * The voters that were heard lately.
   *
   * @param self who hears them
   */
  List<NodeId> heard(MemberId self, Duration lately) {
    Set<MemberId> heard =
        coordinator.peers().stream()
            .filter(
                peer -> peer.sinceHeard().filter(since -> since.compareTo(lately) <= 0).isPresent())
            .map(CoordinatorView.PeerView::member)
            .collect(Collectors.toCollection(HashSet::new));
    heard.add(self);
    return coordinator.configuration().members().stream()
        .filter(heard::contains)
        .map(MemberId::node)
        .toList();
  }

  /**
   * The group as its node shows it.
   *
   * @param role what this node is in it
   * @param heard its members that were heard lately
   */
  GroupStatus status(GroupId group, String role, List<NodeId> heard, GroupCounters counters) {
    long chosen = Math.max(coordinator.chosenUpTo().number(), replica.learned().number());
    long executed = replica.state().applied().number();
    return new GroupStatus(
        group.value(),
        coordinator.configuration().n(),
        coordinator.configuration().w(),
        coordinator.configuration().prepareQuorum(),
        coordinator.configuration().members().stream().map(MemberId::node).toList(),
        heard,
        role,
        coordinator.leader().map(MemberId::node),
        acceptor.promised().toString(),
        coordinator.highest().toString(),
        chosen,
        executed,
        replica.durable().number(),
        acceptor.trimmedTo().number(),
        chosen - executed,
        replica.lag().time().toMillis(),
        replica.lag().snapshot().map(GroupViews::snapshot),
        replica.state().revision(),
        replica.state().keyCount(),
        replica.state().compacted(),
        replica.state().leaseCount(),
        new AcceptorStatus(
            acceptor.accepted().number(),
            acceptor.sequenceNumber(),
            acceptor.tailBytes(),
            acceptor.logBytes()),
        cache(),
        replica.state().chainHash().toString(),
        divergence(),
        coordinator.callersInFlight(),
        coordinator.queued(),
        counters.outcomes(),
        counters.failures(),
        problems());
  }

  /**
   * A group of which nobody says anything now.
   *
   * @param role what is known of that
   * @param configuration the newest one that was heard of
   */
  static GroupStatus silence(
      GroupId group, String role, Optional<Configuration> configuration, GroupCounters counters) {
    return new GroupStatus(
        group.value(),
        configuration.map(Configuration::n).orElse(0),
        configuration.map(Configuration::w).orElse(0),
        configuration.map(Configuration::prepareQuorum).orElse(0),
        configuration.stream()
            .flatMap(known -> known.members().stream())
            .map(MemberId::node)
            .toList(),
        List.of(),
        role,
        Optional.empty(),
        "-",
        "-",
        0,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        0,
        0,
        0,
        0,
        AcceptorStatus.SILENT,
        new CacheStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Digest.ZERO.toString(),
        new DivergenceStatus("none", 0, List.of(), 0),
        0,
        0,
        counters.outcomes(),
        counters.failures(),
        List.of(
            role.equals("renewing")
                ? "Another state takes the place of the store: nothing is served until it is there."
                : "The group's parts on this node do not answer."));
  }

  private DivergenceStatus divergence() {
    DivergenceView known = coordinator.divergence();
    return new DivergenceStatus(
        known.state().code(),
        known.slot().number(),
        known.members().stream().map(MemberId::node).toList(),
        known.count());
  }

  private static SnapshotStatus snapshot(SnapshotProgress progress) {
    return new SnapshotStatus(
        progress.from().node(),
        progress.slot().number(),
        progress.receivedBytes(),
        progress.aboutBytes());
  }

  private CacheStatus cache() {
    ReplicaCounts counts = replica.counts();
    return new CacheStatus(
        replica.state().generation(),
        counts.cachedKeys(),
        counts.currentKeys(),
        counts.admissionHits(),
        counts.applied().rotations(),
        counts.applied().shippedValues(),
        counts.admissionStoreReads(),
        replica.storeReads(),
        replica.storeReadsInApply(),
        counts.applied().horizonRefusals(),
        counts.applied().coverageViolations());
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    replica.stuck().ifPresent(problems::add);
    if (replica.counts().applied().coverageViolations() > 0) {
      problems.add("a command would have gone beyond its plan: a bug; please report it");
    }
    return problems;
  }
}
