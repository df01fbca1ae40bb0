package io.holdfast.mesh.actor;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.Cancellable;
import akka.cluster.Cluster;
import akka.cluster.MemberStatus;
import io.holdfast.config.core.HostPort;
import io.holdfast.config.core.MeshSettings;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.PeerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Brings this node into the Akka cluster, which serves for hints and status only. It asks the
 * others to let it in; only who has led group {@code meta} for a while, and has thus heard w
 * members none of which let it in, founds a cluster: leaders of different groups would found one
 * each. So a restarted node that is cut off never founds one of its own.
 */
final class ClusterEntry {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Longer than a cluster takes to answer one that wants in. */
  private static final int FOUND_AFTER_CHECKS = 6;

  private final Cluster cluster;
  private final BooleanSupplier leading;
  private final Cancellable timer;
  private int ledFor;

  ClusterEntry(ActorSystem system, MeshSettings mesh, NodeId self, BooleanSupplier leading) {
    this.cluster = Cluster.get(system);
    this.leading = leading;
    List<Address> others = new ArrayList<>();
    for (PeerAddress peer : mesh.peers()) {
      if (!peer.node().equals(self)) {
        HostPort at = peer.address();
        others.add(new Address("akka", PeerLinks.SYSTEM, at.host(), at.port()));
      }
    }
    if (!others.isEmpty()) {
      cluster.joinSeedNodes(others);
    }
    this.timer =
        system
            .scheduler()
            .scheduleWithFixedDelay(INTERVAL, INTERVAL, this::check, system.dispatcher());
  }

  private void check() {
    if (cluster.selfMember().status() != MemberStatus.removed()) {
      timer.cancel();
      return;
    }
    ledFor = leading.getAsBoolean() ? ledFor + 1 : 0;
    if (ledFor >= FOUND_AFTER_CHECKS) {
      cluster.join(cluster.selfAddress());
    }
  }

  void close() {
    timer.cancel();
  }
}
