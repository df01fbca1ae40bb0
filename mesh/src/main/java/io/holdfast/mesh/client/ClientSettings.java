package io.holdfast.mesh.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a client behaves.
 *
 * @param endpoints front doors, in order of preference; at least one
 * @param deadline for a whole call, all attempts included
 * @param attemptTimeout for one request to one endpoint; should exceed the mesh's own
 *     acknowledgement timeout, else its verdict is never heard
 * @param backoff waits between attempts
 * @param connectionsPerEndpoint most connections kept open to one endpoint; each carries one
 *     request at a time, further ones queue
 * @param token what is shown with every request, where nodes ask who calls
 */
public record ClientSettings(
    List<MeshEndpoint> endpoints,
    Duration deadline,
    Duration attemptTimeout,
    Backoff backoff,
    int connectionsPerEndpoint,
    Optional<BearerToken> token) {

  /** Of a caller that shows nothing. */
  public ClientSettings(
      List<MeshEndpoint> endpoints,
      Duration deadline,
      Duration attemptTimeout,
      Backoff backoff,
      int connectionsPerEndpoint) {
    this(endpoints, deadline, attemptTimeout, backoff, connectionsPerEndpoint, Optional.empty());
  }

  public ClientSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("a client needs at least one endpoint");
    }
    if (deadline.toMillis() < 1 || attemptTimeout.toMillis() < 1 || connectionsPerEndpoint < 1) {
      throw new IllegalArgumentException(
          "deadline "
              + deadline
              + ", attempt timeout "
              + attemptTimeout
              + " and connections "
              + connectionsPerEndpoint
              + " must be positive");
    }
  }

  /** The defaults: 10 s a call, 4 s an attempt, waits from 20 ms to 500 ms, 64 connections. */
  public static ClientSettings of(List<MeshEndpoint> endpoints) {
    return new ClientSettings(
        endpoints,
        Duration.ofSeconds(10),
        Duration.ofSeconds(4),
        new Backoff(Duration.ofMillis(20), Duration.ofMillis(500)),
        64);
  }

  /** The same with another deadline for a whole call. */
  public ClientSettings withDeadline(Duration wanted) {
    return new ClientSettings(
        endpoints, wanted, attemptTimeout, backoff, connectionsPerEndpoint, token);
  }

  /** The same with another number of connections. */
  public ClientSettings withConnectionsPerEndpoint(int wanted) {
    return new ClientSettings(endpoints, deadline, attemptTimeout, backoff, wanted, token);
  }

  /** The same with a token, or without one. */
  public ClientSettings withToken(Optional<BearerToken> shown) {
    return new ClientSettings(
        endpoints, deadline, attemptTimeout, backoff, connectionsPerEndpoint, shown);
  }
}
