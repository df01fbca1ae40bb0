package io.holdfast.config.core;

import java.time.Duration;
import java.util.List;

/**
 * The front door.
 *
 * @param addr where HTTP and gRPC listen; port 0 lets the system choose
 * @param maxBodyBytes the largest request body
 * @param maxKeyBytes the largest key
 * @param maxValueBytes the largest value
 * @param requestTimeout the longest that a request may stay in this node
 * @param maxConnections the most connections open at once
 * @param maxWatchers the most watches open at once
 * @param watchDrainTimeout how long a watcher may leave unread what was sent to it
 * @param pageWrites whether the status page offers to change keys and reservations
 */
public record HttpSettings(
    HostPort addr,
    int maxBodyBytes,
    int maxKeyBytes,
    int maxValueBytes,
    Duration requestTimeout,
    int maxConnections,
    int maxWatchers,
    Duration watchDrainTimeout,
    boolean pageWrites) {

  /** Key of {@link #addr}. */
  public static final String ADDR = "holdfast.http.addr";

  /** Key of {@link #maxBodyBytes}. */
  public static final NumberKey MAX_BODY_BYTES =
      NumberKey.bytes("holdfast.http.max-body-bytes", 1 << 10, 64 << 20);

  /** Key of {@link #maxKeyBytes}. */
  public static final NumberKey MAX_KEY_BYTES =
      NumberKey.bytes("holdfast.http.max-key-bytes", 16, 4 << 10);

  /** Key of {@link #maxValueBytes}. */
  public static final NumberKey MAX_VALUE_BYTES =
      NumberKey.bytes("holdfast.http.max-value-bytes", 16, 1 << 20);

  /** Key of {@link #requestTimeout}. */
  public static final NumberKey REQUEST_TIMEOUT =
      NumberKey.duration("holdfast.http.request-timeout");

  /** Key of {@link #maxConnections}. */
  public static final NumberKey MAX_CONNECTIONS =
      NumberKey.count("holdfast.http.max-connections", 1, 1_000_000);

  /** Key of {@link #maxWatchers}. */
  public static final NumberKey MAX_WATCHERS =
      NumberKey.count("holdfast.http.max-watchers", 1, 1_000_000);

  /** Key of {@link #watchDrainTimeout}. */
  public static final NumberKey WATCH_DRAIN_TIMEOUT =
      NumberKey.duration("holdfast.http.watch-drain-timeout");

  /** Key of {@link #pageWrites}. */
  public static final String PAGE_WRITES = "holdfast.http.page-writes";

  private static final OrderRule BODY_HOLDS_VALUE =
      new OrderRule(MAX_BODY_BYTES, 1, MAX_VALUE_BYTES, "a body must hold the largest value");

  static final List<NumberKey> KEYS =
      List.of(
          MAX_BODY_BYTES,
          MAX_KEY_BYTES,
          MAX_VALUE_BYTES,
          REQUEST_TIMEOUT,
          MAX_CONNECTIONS,
          MAX_WATCHERS,
          WATCH_DRAIN_TIMEOUT);

  static final List<OrderRule> RULES = List.of(BODY_HOLDS_VALUE);

  public HttpSettings {
    MAX_BODY_BYTES.require(maxBodyBytes);
    MAX_KEY_BYTES.require(maxKeyBytes);
    MAX_VALUE_BYTES.require(maxValueBytes);
    REQUEST_TIMEOUT.require(requestTimeout);
    MAX_CONNECTIONS.require(maxConnections);
    MAX_WATCHERS.require(maxWatchers);
    WATCH_DRAIN_TIMEOUT.require(watchDrainTimeout);
    BODY_HOLDS_VALUE.require(maxBodyBytes, maxValueBytes);
  }
}
