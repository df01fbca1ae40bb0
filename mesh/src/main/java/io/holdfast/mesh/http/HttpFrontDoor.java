package io.holdfast.mesh.http;

import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.client.WriteIds;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node's HTTP API, as {@code openapi.json} describes it. It decides nothing: it checks the form
 * of requests, hands them to a {@link Mesh} and tells its answers. It never blocks an event loop.
 */
public final class HttpFrontDoor {

  /** More loops than this take processor time from the node's own work and serve no more. */
  private static final int MAX_EVENT_LOOPS = 2;

  private static final String OPENAPI = "/openapi.json";

  /** Gives each front door on a free port a name of its own for the port that its loops share. */
  private static final AtomicInteger EPHEMERAL = new AtomicInteger();

  private final Vertx vertx;
  private final HttpLimits limits;
  private final List<EventLoopServer> servers;
  private final String deployment;
  private final RefusalLog refusals;
  private @Nullable CompletionStage<Void> drained;

  private HttpFrontDoor(
      Vertx vertx,
      HttpLimits limits,
      List<EventLoopServer> servers,
      String deployment,
      RefusalLog refusals) {
    this.vertx = vertx;
    this.limits = limits;
    this.servers = servers;
    this.deployment = deployment;
    this.refusals = refusals;
  }

  /**
   * Starts to serve {@code mesh}.
   *
   * @return the running front door; fails with a {@link BindException} that names host and port
   *     where the address cannot be bound
   */
  public static CompletionStage<HttpFrontDoor> start(Vertx vertx, Mesh mesh, HttpLimits limits) {
    return start(vertx, mesh, limits, WriteIds.system());
  }

  /**
   * The same.
   *
   * @param ids of writes whose callers have given them none
   */
  public static CompletionStage<HttpFrontDoor> start(
      Vertx vertx, Mesh mesh, HttpLimits limits, WriteIds ids) {
    return start(vertx, mesh, limits, ids, Optional.empty());
  }

  /**
   * The same.
   *
   * @param privateDoor where only one user may come in
   */
  public static CompletionStage<HttpFrontDoor> start(
      Vertx vertx, Mesh mesh, HttpLimits limits, WriteIds ids, Optional<PrivateDoor> privateDoor) {
    return start(vertx, mesh, limits, ids, privateDoor, FrontDoorMetrics.none());
  }

  /**
   * The same.
   *
   * @param measured what is measured, and shown of it
   */
  public static CompletionStage<HttpFrontDoor> start(
      Vertx vertx,
      Mesh mesh,
      HttpLimits limits,
      WriteIds ids,
      Optional<PrivateDoor> privateDoor,
      FrontDoorMetrics measured) {
    Resources resources = new Resources(mesh, limits, ids, openApi(), measured);
    RefusalLog refusals = new RefusalLog(mesh, System::nanoTime);
    Connections connections = new Connections(limits.maxConnections(), measured.meters().http());
    int bindPort = limits.port() == 0 ? EPHEMERAL.decrementAndGet() : limits.port();
    List<EventLoopServer> servers = new CopyOnWriteArrayList<>();
    int loops = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
    return vertx
        .deployVerticle(
            () -> {
              EventLoopServer server =
                  new EventLoopServer(
                      limits, bindPort, connections, resources, privateDoor, refusals, measured);
              servers.add(server);
              return server;
            },
            new DeploymentOptions().setInstances(loops))
        .map(deployment -> new HttpFrontDoor(vertx, limits, servers, deployment, refusals))
        .recover(failure -> Future.failedFuture(named(limits, failure)))
        .toCompletionStage();
  }

  private static Throwable named(HttpLimits limits, Throwable failure) {
    if (!(failure instanceof IOException)) {
      return failure;
    }
    BindException named =
        new BindException(
            "cannot listen on "
                + limits.host()
                + ":"
                + limits.port()
                + ": "
                + failure.getMessage());
    named.initCause(failure);
    return named;
  }

  private static Buffer openApi() {
    try (InputStream stream = HttpFrontDoor.class.getResourceAsStream(OPENAPI)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + OPENAPI + " is missing from the jar");
      }
      return Buffer.buffer(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address that was asked for. */
  public String host() {
    return limits.host();
  }

  /** The port that it listens on. */
  public int port() {
    return servers.get(0).port();
  }

  /**
   * Stops: new requests are refused as {@code not_ready}, running ones whose client is still there
   * end, by their own deadline at the latest, then the port and all connections are closed.
   *
   * @return completes when all is closed; asked again, the same
   */
  public synchronized CompletionStage<Void> drain() {
    if (drained == null) {
      drained = drainOnce();
    }
    return drained;
  }

  private CompletionStage<Void> drainOnce() {
    CompletableFuture<?>[] idle =
        servers.stream()
            .map(server -> server.drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(idle)
        .thenCompose(ignored -> vertx.undeploy(deployment).toCompletionStage())
        .whenComplete((ignored, failure) -> refusals.close());
  }
}
