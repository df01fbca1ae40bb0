package io.holdfast.mesh.core.health;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.ClockStatus;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.NodeStatus.PeerStatus;
import io.holdfast.mesh.Picture.Other;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The gates of a node itself. */
final class NodeGates {

  private final HealthTerms terms;
  private final NodeStatus status;
  private final Map<NodeId, Other> others;
  private final boolean servesSomething;

  /**
   * @param servesSomething whether it takes part in a group
   */
  NodeGates(
      HealthTerms terms, NodeStatus status, Map<NodeId, Other> others, boolean servesSomething) {
    this.servesSomething = servesSomething;
    this.terms = terms;
    this.status = status;
    this.others = others;
  }

  List<Gate> all() {
    return List.of(takesPart(), awake(), disk(), clock(), peers());
  }

  private Gate gate(GateKind kind, Gate.State state, List<String> reasons) {
    return new Gate(kind, Optional.empty(), state, reasons, status.clock().wallMillis());
  }

  private Gate open(GateKind kind) {
    return gate(kind, Gate.State.OPEN, List.of());
  }

  private Gate warning(GateKind kind, List<String> reasons) {
    return reasons.isEmpty() ? open(kind) : gate(kind, Gate.State.WARNING, reasons);
  }

  private Gate takesPart() {
    if (!status.state().equals("running")) {
      String why = status.waitsFor().map(what -> ": " + what).orElse("");
      return gate(
          GateKind.TAKES_PART, Gate.State.CLOSED, List.of("this node is " + status.state() + why));
    }
    List<String> reasons = new ArrayList<>();
    if (!servesSomething) {
      reasons.add("this node has no replica of any group");
    }
    status
        .lacking()
        .forEach((group, why) -> reasons.add("it takes no part in group " + group + ": " + why));
    return servesSomething
        ? warning(GateKind.TAKES_PART, reasons)
        : gate(GateKind.TAKES_PART, Gate.State.CLOSED, reasons);
  }

  private Gate awake() {
    ClockStatus clock = status.clock();
    return warning(
        GateKind.AWAKE,
        isRecent(clock.sinceStandstillMillis())
            ? List.of(
                "this node stood still for %s, until %s ago"
                    .formatted(
                        seconds(clock.stoodStillMillis()), seconds(clock.sinceStandstillMillis())))
            : List.of());
  }

  private static boolean isRecent(long sinceMillis) {
    return sinceMillis >= 0 && sinceMillis < HealthTerms.TELL.toMillis();
  }

  private Gate disk() {
    long room = status.disk().usableBytes();
    if (room < 0) {
      return warning(
          GateKind.DISK,
          List.of("how much room there is for the data directory cannot be found out"));
    }
    if (room >= terms.diskLow()) {
      return open(GateKind.DISK);
    }
    boolean full = room < terms.diskFull();
    return gate(
        GateKind.DISK,
        full ? Gate.State.CLOSED : Gate.State.WARNING,
        List.of(
            "%s left for the data directory, less than %s (%s)"
                .formatted(
                    mebibytes(room),
                    mebibytes(full ? terms.diskFull() : terms.diskLow()),
                    full ? "holdfast.watch.disk-full" : "holdfast.watch.disk-low")));
  }

  private Gate clock() {
    ClockStatus clock = status.clock();
    List<String> reasons = new ArrayList<>();
    if (isRecent(clock.sinceStepMillis())) {
      reasons.add(
          "this node's wall clock jumped %s %s ago"
              .formatted(aheadOrBack(clock.steppedMillis()), seconds(clock.sinceStepMillis())));
    }
    List<PeerStatus> heard = status.peers().stream().filter(PeerStatus::reachable).toList();
    List<PeerStatus> apart =
        heard.stream()
            .filter(peer -> Math.abs(peer.clockSkewMillis()) > terms.clockSkew().toMillis())
            .toList();
    if (heard.size() > 1 && 2 * apart.size() > heard.size()) {
      reasons.add(
          "this node's wall clock is apart from those of "
              + apart.stream()
                  .map(peer -> peer.node() + " (" + apart(-peer.clockSkewMillis()) + ")")
                  .collect(Collectors.joining(", ")));
    } else {
      apart.forEach(
          peer ->
              reasons.add(
                  "the wall clock of %s is %s this node's"
                      .formatted(peer.node(), aheadOrBehind(peer.clockSkewMillis()))));
    }
    return warning(GateKind.CLOCK, reasons);
  }

  private Gate peers() {
    List<String> reasons = new ArrayList<>();
    for (PeerStatus peer : status.peers()) {
      if (!peer.reachable() && !peer.detail().equals(PeerStatus.NOTHING_IN_COMMON)) {
        reasons.add(Silence.of(status, others, peer.node()));
      } else if (peer.reachable() && isDeafTo(peer.node())) {
        reasons.add(peer.node() + " does not hear this node");
      }
    }
    return warning(GateKind.PEERS, reasons);
  }

  private boolean isDeafTo(NodeId peer) {
    Other other = others.get(peer);
    return other != null
        && other.ageMillis() < HealthTerms.FRESH.toMillis()
        && !other.glimpse().hasEnded()
        && other
            .glimpse()
            .link(status.node())
            .map(link -> !link.heard() && link.lastHeardMillis() >= 0)
            .orElse(false);
  }

  private static String aheadOrBack(long millis) {
    return (millis > 0 ? "ahead by " : "back by ") + seconds(Math.abs(millis));
  }

  private static String apart(long millis) {
    return (millis > 0 ? "ahead by " : "behind by ") + seconds(Math.abs(millis));
  }

  private static String aheadOrBehind(long millis) {
    return seconds(Math.abs(millis)) + (millis > 0 ? " ahead of" : " behind");
  }

  static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }
}
