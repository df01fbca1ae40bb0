package io.holdfast.mesh.http;

import io.holdfast.mesh.metrics.HttpMeters;
import io.vertx.core.http.HttpConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections of all event loops. One beyond the bound is kept only to be told so at its
 * first request; beyond a margin of such connections they are closed without a word.
 */
final class Connections {

  private static final int MARGIN = 64;

  private final int max;
  private final HttpMeters meters;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<HttpConnection> excess = ConcurrentHashMap.newKeySet();

  Connections(int max, HttpMeters meters) {
    this.max = max;
    this.meters = meters;
  }

  void opened(HttpConnection connection) {
    int count = open.incrementAndGet();
    meters.opened();
    if (count > max) {
      meters.refused();
      excess.add(connection);
    }
    connection.closeHandler(
        ignored -> {
          open.decrementAndGet();
          meters.closed();
          excess.remove(connection);
        });
    if (count > max + MARGIN) {
      connection.close();
    }
  }

  boolean isExcess(HttpConnection connection) {
    return !excess.isEmpty() && excess.contains(connection);
  }

  int max() {
    return max;
  }
}
