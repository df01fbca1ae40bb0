package io.holdfast.mesh.metrics;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is measured at the front door. For any thread. */
public final class HttpMeters {

  /** The route of what belongs to none. */
  public static final String NO_ROUTE = "none";

  private static final String[] METHODS = {"GET", "HEAD", "PUT", "POST", "DELETE", "other"};

  private final Map<String, RouteMeters> routes = new ConcurrentSkipListMap<>();
  private final LongAdder refused = new LongAdder();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger watchers = new AtomicInteger();

  HttpMeters() {}

  /**
   * The meters of a route, to be looked up once.
   *
   * @param template a path with its variables in braces, or {@link #NO_ROUTE}
   */
  public RouteMeters route(String template) {
    return routes.computeIfAbsent(template, path -> new RouteMeters(path, METHODS));
  }

  /** A connection was opened. */
  public void opened() {
    connections.incrementAndGet();
  }

  /** One was closed. */
  public void closed() {
    connections.decrementAndGet();
  }

  /** One was one too many. */
  public void refused() {
    refused.increment();
  }

  /** Somebody watches. */
  public void watches() {
    watchers.incrementAndGet();
  }

  /** And does so no more. */
  public void watchesNoMore() {
    watchers.decrementAndGet();
  }

  Collection<RouteMeters> routes() {
    return routes.values();
  }

  LongAdder refusals() {
    return refused;
  }

  AtomicInteger connections() {
    return connections;
  }

  AtomicInteger watchers() {
    return watchers;
  }
}
