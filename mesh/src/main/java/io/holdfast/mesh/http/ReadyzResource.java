package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.control.ReadinessGate;
import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.GroupStatus;
import io.holdfast.mesh.Mesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code /readyz}: whether this node can serve its groups now, and if not, why: what probes ask
 * before they send somebody here. A member that is only behind serves.
 */
final class ReadyzResource {

  private static final Set<String> SERVING = Set.of("leading", "following", "preparing", "learner");

  /** Who takes part no more, and has only kept its files. */
  private static final Set<String> GONE = Set.of("removed", "outside");

  private static final Set<String> DIFFERING = Set.of("minority", "no_majority");

  private final Mesh mesh;

  ReadyzResource(Mesh mesh) {
    this.mesh = mesh;
  }

  /**
   * The answer.
   *
   * @param ready whether all groups of this node are
   * @param reasons what keeps the node as a whole from it
   * @param groups each group of which this node has a replica
   */
  private record Readyz(boolean ready, List<String> reasons, List<OfGroup> groups) {}

  private record OfGroup(String group, boolean ready, List<String> reasons) {
    static OfGroup of(GroupId group, List<String> reasons) {
      return new OfGroup(group.value(), reasons.isEmpty(), reasons);
    }
  }

  void handle(Exchange exchange) {
    CompletionStage<List<OfGroup>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (GroupId group : mesh.groups()) {
      all =
          all.thenCombine(
              look(group),
              (sofar, found) -> {
                found.ifPresent(sofar::add);
                return sofar;
              });
    }
    exchange.await(all, groups -> answer(exchange, groups));
  }

  private static void answer(Exchange exchange, List<OfGroup> groups) {
    List<String> reasons =
        groups.isEmpty() ? List.of("this node has no replica of any group yet") : List.of();
    boolean ready = reasons.isEmpty() && groups.stream().allMatch(OfGroup::ready);
    exchange.answer(
        ready ? 200 : 503, Exchange.JSON, Json.mapped(new Readyz(ready, reasons, groups)));
  }

  private CompletionStage<Optional<OfGroup>> look(GroupId group) {
    return mesh.group(group)
        .thenCombine(
            mesh.control(group),
            (status, control) ->
                status
                    .filter(known -> !GONE.contains(known.role()))
                    .map(known -> OfGroup.of(group, reasons(known, control))));
  }

  private static List<String> reasons(GroupStatus status, Optional<ControlStatus> control) {
    List<String> reasons = new ArrayList<>();
    if (!SERVING.contains(status.role())) {
      reasons.add("this node's replica is " + status.role());
    }
    if (status.leader().isEmpty()) {
      reasons.add("no leader is heard");
    }
    if (DIFFERING.contains(status.divergence().state())) {
      reasons.add("replicas differ: " + status.divergence().state());
    }
    if (control.isEmpty()) {
      reasons.add("what is active is not known here");
    } else if (!control.get().isReady()) {
      reasons.addAll(missing(control.get()));
    }
    return reasons;
  }

  private static List<String> missing(ControlStatus control) {
    List<String> reasons = new ArrayList<>();
    List<ReadinessGate> gates = control.gates();
    reasons.add(
        "epoch %d is active, and of %d pieces of evidence for it %d count"
            .formatted(
                control.epoch().number(),
                control.needed(),
                gates.stream().filter(ReadinessGate::isOpen).count()));
    for (ReadinessGate gate : gates) {
      for (String reason : gate.reasons()) {
        reasons.add(gate.voter().node() + ": " + reason);
      }
    }
    return reasons;
  }
}
