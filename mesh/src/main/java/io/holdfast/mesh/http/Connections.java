package io.holdfast.mesh.http;

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
  private final AtomicInteger open = new AtomicInteger();
  private final Set<HttpConnection> excess = ConcurrentHashMap.newKeySet();

  Connections(int max) {
    this.max = max;
  }

  void opened(HttpConnection connection) {
    int count = open.incrementAndGet();
    if (count > max) {
      excess.add(connection);
    }
    connection.closeHandler(
        ignored -> {
          open.decrementAndGet();
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
