package io.holdfast.mesh.core.health;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.Picture.Control;
import io.holdfast.mesh.Picture.Evidence;
import io.holdfast.mesh.Picture.Other;
import io.holdfast.mesh.SnapshotStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The gates of a group on a node. */
final class GroupGates {

  private static final String MINORITY = "minority";

  private final NodeStatus node;
  private final GroupStatus status;
  private final @Nullable Control control;
  private final Map<NodeId, Other> others;

  /**
   * @param control what is active; null where that is not known
   */
  GroupGates(
      NodeStatus node, GroupStatus status, @Nullable Control control, Map<NodeId, Other> others) {
    this.node = node;
    this.status = status;
    this.control = control;
    this.others = others;
  }

  /** None for a group that this node takes no part in. */
  List<Gate> all() {
    if (!status.takesPart()) {
      return List.of();
    }
    if (!GroupStatus.isServing(status.role())) {
      // Whoever does not answer says nothing of the rest.
      return List.of(closed(GateKind.REPLICA, "this node's replica is " + status.role()));
    }
    List<Gate> gates = new ArrayList<>(List.of(replica(), leader(), quorum(), equal()));
    if (!status.divergence().state().equals(MINORITY)) {
      gates.add(evidence()); // a replica that is wrong says nothing of what is active
    }
    gates.add(caughtUp());
    return gates;
  }

  private Gate gate(GateKind kind, Gate.State state, List<String> reasons) {
    return new Gate(
        kind, Optional.of(new GroupId(status.group())), state, reasons, node.clock().wallMillis());
  }

  private Gate open(GateKind kind) {
    return gate(kind, Gate.State.OPEN, List.of());
  }

  private Gate closed(GateKind kind, String reason) {
    return gate(kind, Gate.State.CLOSED, List.of(reason));
  }

  private Gate replica() {
    return status.problems().isEmpty()
        ? open(GateKind.REPLICA)
        : gate(GateKind.REPLICA, Gate.State.WARNING, status.problems());
  }

  private Gate leader() {
    return status.leader().isPresent()
        ? open(GateKind.LEADER)
        : closed(GateKind.LEADER, "no leader is heard");
  }

  /** A write needs w members; an election needs the prepare quorum, which may be larger. */
  private Gate quorum() {
    int heard = status.heard().size();
    if (heard < status.w()) {
      return closed(
          GateKind.QUORUM,
          "%d of %s are needed for a write, and %s heard: %s"
              .formatted(
                  status.w(),
                  names(status.members()),
                  heard == 0
                      ? "none is"
                      : "only " + names(status.heard()) + (heard == 1 ? " is" : " are"),
                  missing()));
    }
    return heard < status.prepareQuorum()
        ? gate(
            GateKind.QUORUM,
            Gate.State.WARNING,
            List.of(
                "%d of %s are needed to elect another leader: %s"
                    .formatted(status.prepareQuorum(), names(status.members()), missing())))
        : open(GateKind.QUORUM);
  }

  private String missing() {
    return status.missing().stream()
        .map(
            member ->
                member.equals(node.node())
                    ? "this node is not taking part"
                    : Silence.inGroup(node, others, member))
        .collect(Collectors.joining("; "));
  }

  private Gate equal() {
    long slot = status.divergence().slot();
    return switch (status.divergence().state()) {
      case "none" -> open(GateKind.EQUAL);
      case MINORITY ->
          closed(
              GateKind.EQUAL,
              "this replica differs from the majority since slot %d: it serves nothing until it has the state of one of %s"
                  .formatted(slot, names(status.divergence().members())));
      case "no_majority" ->
          closed(
              GateKind.EQUAL,
              "replicas differ at slot %d and no majority is right: nothing is written; see 'holdfast repair'"
                  .formatted(slot));
      case "comparing" ->
          gate(
              GateKind.EQUAL,
              Gate.State.WARNING,
              List.of("a replica differs; who is wrong is being found out"));
      default ->
          gate(
              GateKind.EQUAL,
              Gate.State.WARNING,
              List.of(
                  "replicas differ from the majority since slot %d, and serve nothing: %s"
                      .formatted(slot, names(status.divergence().members()))));
    };
  }

  private Gate evidence() {
    if (control == null) {
      return closed(GateKind.EVIDENCE, "what is active is not known here");
    }
    if (control.ready()) {
      return open(GateKind.EVIDENCE);
    }
    List<String> reasons = new ArrayList<>();
    reasons.add(
        "epoch %d is active, and of %d pieces of evidence for it %d count"
            .formatted(
                control.number(),
                control.needed(),
                control.gates().stream().filter(Evidence::open).count()));
    for (Evidence gate : control.gates()) {
      gate.reasons().forEach(reason -> reasons.add(gate.node() + ": " + reason));
    }
    return gate(GateKind.EVIDENCE, Gate.State.CLOSED, reasons);
  }

  private Gate caughtUp() {
    SnapshotStatus snapshot = status.snapshot().orElse(null);
    if (snapshot != null) {
      return gate(
          GateKind.CAUGHT_UP,
          Gate.State.WARNING,
          List.of(
              "a snapshot is being received from %s: %d of about %d bytes"
                  .formatted(snapshot.from(), snapshot.receivedBytes(), snapshot.aboutBytes())));
    }
    return status.lagMillis() > HealthTerms.LAG.toMillis()
        ? gate(
            GateKind.CAUGHT_UP,
            Gate.State.WARNING,
            List.of(
                (status.lag() > 0
                        ? "this replica is %d slots behind, for %s"
                        : "this replica cannot fetch what it lacks, for %2$s")
                    .formatted(status.lag(), NodeGates.seconds(status.lagMillis()))))
        : open(GateKind.CAUGHT_UP);
  }

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
  }
}
