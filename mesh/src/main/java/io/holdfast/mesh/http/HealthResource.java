package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.Mesh;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /readyz}: whether this node can serve its groups now, and if not, why: what probes ask
 * before they send somebody here; {@code ?verbose} has every gate. {@code /health}: how well it is,
 * with every gate. A member that is only behind serves.
 */
final class HealthResource {

  private final Mesh mesh;
  private final HttpLimits limits;

  HealthResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  /**
   * The answer to whether it is ready.
   *
   * @param ready whether all groups of this node are
   * @param reasons what keeps the node as a whole from it
   * @param groups each group of which this node has a replica
   */
  private record Readyz(boolean ready, List<String> reasons, List<OfGroup> groups) {}

  /** The same with every gate. */
  private record Verbose(
      boolean ready,
      List<String> reasons,
      List<OfGroup> groups,
      Health.Level level,
      List<Gate> gates) {}

  private record OfGroup(String group, boolean ready, List<String> reasons) {}

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters =
        new RequestParameters(
            exchange, limits, match.route() == Route.READYZ ? List.of("verbose") : List.of());
    boolean verbose = parameters.flag("verbose");
    Optional<Problem> problem = parameters.problem();
    if (problem.isPresent()) {
      exchange.refuse(problem.get());
      return;
    }
    exchange.await(
        mesh.health(),
        health ->
            exchange.answer(
                health.ready() ? 200 : 503,
                Exchange.JSON,
                Json.mapped(
                    match.route() == Route.HEALTH
                        ? HealthForm.of(mesh.pictures().latest().status(), health)
                        : readyz(health, verbose))));
  }

  private static Object readyz(Health health, boolean verbose) {
    Set<GroupId> names = new LinkedHashSet<>();
    health.gates().forEach(gate -> gate.group().ifPresent(names::add));
    List<OfGroup> groups = new ArrayList<>();
    for (GroupId name : names) {
      List<String> reasons = closed(health.gatesOf(Optional.of(name)));
      groups.add(new OfGroup(name.value(), reasons.isEmpty(), reasons));
    }
    List<String> reasons = closed(health.gatesOf(Optional.empty()));
    return verbose
        ? new Verbose(health.ready(), reasons, groups, health.level(), health.gates())
        : new Readyz(health.ready(), reasons, groups);
  }

  private static List<String> closed(List<Gate> gates) {
    return gates.stream()
        .filter(gate -> gate.state() == Gate.State.CLOSED)
        .flatMap(gate -> gate.reasons().stream())
        .toList();
  }
}
