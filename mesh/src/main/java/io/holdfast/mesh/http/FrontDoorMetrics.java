package io.holdfast.mesh.http;

import io.holdfast.mesh.metrics.HttpMeters;
import io.holdfast.mesh.metrics.MetricsSource;
import io.holdfast.mesh.metrics.NodeMeters;
import io.holdfast.mesh.metrics.RouteMeters;
import java.util.EnumMap;
import java.util.Map;

/** What a front door measures, and what it shows. */
public final class FrontDoorMetrics {

  private final NodeMeters meters;
  private final MetricsSource source;
  private final Map<Route, RouteMeters> routes = new EnumMap<>(Route.class);
  private final RouteMeters elsewhere;

  /**
   * @param meters where it measures
   * @param source what it shows at {@code /metrics}
   */
  public FrontDoorMetrics(NodeMeters meters, MetricsSource source) {
    this.meters = meters;
    this.source = source;
    for (Route route : Route.values()) {
      routes.put(route, meters.http().route(route.template()));
    }
    this.elsewhere = meters.http().route(HttpMeters.NO_ROUTE);
  }

  /** Of a front door of which nobody asks for metrics. */
  static FrontDoorMetrics none() {
    return new FrontDoorMetrics(new NodeMeters(), MetricsSource.NONE);
  }

  NodeMeters meters() {
    return meters;
  }

  MetricsSource source() {
    return source;
  }

  RouteMeters of(Route route) {
    return routes.getOrDefault(route, elsewhere);
  }

  /** Of requests that belong to no route. */
  RouteMeters elsewhere() {
    return elsewhere;
  }
}
