package io.holdfast.mesh.metrics;

import io.holdfast.mesh.ControlStatus;
import io.holdfast.mesh.GroupStatus;
import java.util.Optional;
import java.util.Set;

/** Whether a node can serve a group, by a sample: what {@code /readyz} says of it. */
final class GroupReadiness {

  private static final Set<String> SERVING = Set.of("leading", "following", "preparing", "learner");
  private static final Set<String> DIFFERING = Set.of("minority", "no_majority");

  private GroupReadiness() {}

  static boolean isReady(GroupStatus status, Optional<ControlStatus> control) {
    return SERVING.contains(status.role())
        && status.leader().isPresent()
        && !DIFFERING.contains(status.divergence().state())
        && control.map(ControlStatus::isReady).orElse(false);
  }
}
