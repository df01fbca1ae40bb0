package io.holdfast.mesh.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * What is measured of the requests of one route. There are as many series as methods and statuses
 * that happened: few, since both are the front door's own. For any thread.
 */
public final class RouteMeters {

  private static final int STATUSES = 600;

  private final String template;
  private final Map<Integer, FixedHistogram> byStatus = new ConcurrentHashMap<>();
  private final String[] methods;

  /**
   * @param methods those that it tells apart; any other is the last
   */
  RouteMeters(String template, String... methods) {
    this.template = template;
    this.methods = methods;
  }

  /**
   * A request has ended.
   *
   * @param method its method
   * @param status of the answer, 100 to 599; 0 where there was none
   * @param nanos since its head was read
   */
  public void ended(String method, int status, long nanos) {
    int known = 0;
    while (known < methods.length - 1 && !methods[known].equals(method)) {
      known++;
    }
    byStatus
        .computeIfAbsent(
            known * STATUSES + Math.max(0, Math.min(STATUSES - 1, status)),
            key -> FixedHistogram.ofLatency())
        .record(nanos);
  }

  String template() {
    return template;
  }

  /** Tells each series by its method and status. */
  void forEach(BiConsumer<MethodAndStatus, FixedHistogram> told) {
    byStatus.forEach(
        (key, histogram) ->
            told.accept(
                new MethodAndStatus(
                    methods[key / STATUSES],
                    key % STATUSES == 0 ? "none" : Integer.toString(key % STATUSES)),
                histogram));
  }

  /** Two labels. */
  record MethodAndStatus(String method, String status) {}
}
