package io.holdfast.mesh.http;

import java.time.Duration;

/**
 * Where the front door listens, what it takes and what its page offers; everything is bounded.
 *
 * @param host address to bind, a name or a literal
 * @param port 0 to 65535; 0 takes a free one
 * @param maxBodyBytes largest request body, from 1
 * @param maxKeyBytes largest key after percent-decoding, from 1
 * @param maxValueBytes largest value, from 1
 * @param requestTimeout how long a request body may take to arrive, how long the mesh may take to
 *     answer beyond the caller's own {@code wait}, and the longest {@code wait}; positive
 * @param maxConnections connections served at a time, from 1
 * @param maxWatchers watches served at a time, from 1
 * @param watchDrainTimeout how long a watcher may leave unread what was sent to it; positive
 * @param pageWrites whether the status page offers to change keys and reservations; it decides
 *     nothing of what the door takes
 */
public record HttpLimits(
    String host,
    int port,
    int maxBodyBytes,
    int maxKeyBytes,
    int maxValueBytes,
    Duration requestTimeout,
    int maxConnections,
    int maxWatchers,
    Duration watchDrainTimeout,
    boolean pageWrites) {

  /** With the defaults for watches, and a page that reads only. */
  public HttpLimits(
      String host,
      int port,
      int maxBodyBytes,
      int maxKeyBytes,
      int maxValueBytes,
      Duration requestTimeout,
      int maxConnections) {
    this(
        host,
        port,
        maxBodyBytes,
        maxKeyBytes,
        maxValueBytes,
        requestTimeout,
        maxConnections,
        1000,
        Duration.ofSeconds(10),
        false);
  }

  /** The same with a page that offers to write, or does not. */
  HttpLimits withPageWrites(boolean offered) {
    return new HttpLimits(
        host,
        port,
        maxBodyBytes,
        maxKeyBytes,
        maxValueBytes,
        requestTimeout,
        maxConnections,
        maxWatchers,
        watchDrainTimeout,
        offered);
  }

  public HttpLimits {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host is empty: a name or an address is needed");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + ": allowed are 0 to 65535");
    }
    requirePositive("maxBodyBytes", maxBodyBytes);
    requirePositive("maxKeyBytes", maxKeyBytes);
    requirePositive("maxValueBytes", maxValueBytes);
    requirePositive("maxConnections", maxConnections);
    requirePositive("maxWatchers", maxWatchers);
    if (watchDrainTimeout.isNegative() || watchDrainTimeout.isZero()) {
      throw new IllegalArgumentException(
          "watchDrainTimeout " + watchDrainTimeout + ": must be positive");
    }
    if (requestTimeout.isNegative() || requestTimeout.isZero()) {
      throw new IllegalArgumentException("requestTimeout " + requestTimeout + ": must be positive");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + ": allowed are 1 and more");
    }
  }
}
