package io.holdfast.mesh.http;

import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import java.util.List;

/**
 * How well a node is, as JSON.
 *
 * @param status {@code ok}, {@code degraded} or {@code failing}
 * @param ready whether it serves
 * @param node which
 * @param mesh of which mesh
 * @param version of its software
 * @param java the version that it runs on
 * @param uptimeMillis since its start
 * @param gates every gate
 */
record HealthForm(
    Health.Level status,
    boolean ready,
    NodeId node,
    String mesh,
    String version,
    String java,
    long uptimeMillis,
    List<Gate> gates) {

  static HealthForm of(NodeStatus status, Health health) {
    return new HealthForm(
        health.level(),
        health.ready(),
        status.node(),
        status.mesh(),
        status.version(),
        Runtime.version().toString(),
        status.uptime().toMillis(),
        health.gates());
  }
}
