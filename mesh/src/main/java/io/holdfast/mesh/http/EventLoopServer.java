package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The server of one event loop. It routes by itself: the hot routes are one prefix comparison away,
 * where a general router would try patterns one by one.
 */
final class EventLoopServer extends AbstractVerticle {

  private static final long SWEEP_MILLIS = 50;
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int BACKLOG = 1024;

  /** Each byte of a key may take three characters; the rest of the line is short. */
  private static final int LINE_BEYOND_KEY = 2048;

  private static final String STOPPING = "this node is stopping";

  private final HttpLimits limits;
  private final int bindPort;
  private final Connections connections;
  private final Resources resources;
  private final Optional<PrivateDoor> privateDoor;
  private final RefusalLog refusals;
  private final FrontDoorMetrics measured;
  private final Set<Exchange> open = new LinkedHashSet<>();

  /** Those of {@link #open} that are counted at the private door. */
  private final Set<Exchange> inside = new HashSet<>();

  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private boolean draining;
  private volatile int port;

  /**
   * @param bindPort the port to bind; a negative one stands for a free port that all servers given
   *     the same number share
   * @param privateDoor where only one user may come in
   * @param refusals where refused requests are told
   * @param measured where requests are counted
   */
  EventLoopServer(
      HttpLimits limits,
      int bindPort,
      Connections connections,
      Resources resources,
      Optional<PrivateDoor> privateDoor,
      RefusalLog refusals,
      FrontDoorMetrics measured) {
    this.limits = limits;
    this.bindPort = bindPort;
    this.connections = connections;
    this.resources = resources;
    this.privateDoor = privateDoor;
    this.refusals = refusals;
    this.measured = measured;
  }

  /** The port that it listens on, once started. */
  int port() {
    return port;
  }

  @Override
  public void start(Promise<Void> started) {
    HttpServer server =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .requestHandler(this::handle)
            .invalidRequestHandler(this::handleInvalid);
    vertx.setPeriodic(SWEEP_MILLIS, ignored -> sweep());
    server
        .listen(bindPort, limits.host())
        .onSuccess(listening -> port = listening.actualPort())
        .<Void>mapEmpty()
        .onComplete(started);
  }

  private HttpServerOptions options() {
    // Long enough that no exchange which is within its own deadline is cut.
    Duration idleTimeout = limits.requestTimeout().multipliedBy(2).plusSeconds(30);
    return new HttpServerOptions()
        .setAcceptBacklog(BACKLOG)
        .setHttp2ClearTextEnabled(false)
        .setCompressionSupported(false)
        .setMaxInitialLineLength(3 * limits.maxKeyBytes() + LINE_BEYOND_KEY)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, idleTimeout.toMillis()));
  }

  /** Refuses new requests from now on; the stage completes when none is running any more. */
  CompletionStage<Void> drain() {
    context.runOnContext(
        ignored -> {
          draining = true;
          List.copyOf(open).forEach(Exchange::drain);
          completeWhenIdle();
        });
    return idle;
  }

  private void handle(HttpServerRequest request) {
    Exchange exchange = begin(request);
    request.exceptionHandler(lost -> exchange.abandon());
    try {
      if (draining) {
        refuseAndClose(exchange, OutcomeCode.NOT_READY, STOPPING);
      } else if (connections.isExcess(request.connection())) {
        refuseAndClose(
            exchange,
            OutcomeCode.OVERLOADED,
            "this node serves at most " + connections.max() + " connections");
      } else {
        route(exchange);
      }
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private Exchange begin(HttpServerRequest request) {
    Exchange exchange =
        new Exchange(
            request, context, limits.requestTimeout(), refusals, measured.elsewhere(), this::ended);
    open.add(exchange);
    return exchange;
  }

  private void route(Exchange exchange) {
    HttpServerRequest request = exchange.request();
    String path = request.path();
    Optional<Route.Match> match = path == null ? Optional.empty() : Route.match(path);
    match
        .filter(found -> found.route().isOfGroup())
        .ifPresent(found -> exchange.asks(found.name()));
    match.ifPresent(found -> exchange.measuredBy(measured.of(found.route())));
    if (privateDoor.isPresent() && !entered(exchange, match, privateDoor.get())) {
      return;
    }
    if (match.isEmpty()) {
      exchange.refuse(
          Problem.of(
              OutcomeCode.NOT_FOUND,
              "there is nothing at '"
                  + RequestParameters.shortened(path == null ? request.uri() : path)
                  + "'; /openapi.json describes what there is"));
      return;
    }
    Route route = match.get().route();
    if (!route.takes(request.method())) {
      refuseMethod(exchange, route, request.method());
      return;
    }
    Optional<String> elsewhere = OtherSite.of(request);
    if (elsewhere.isPresent()) {
      exchange.refuse(
          Problem.of(
              OutcomeCode.DENIED,
              "a page of another site ("
                  + RequestParameters.shortened(elsewhere.get())
                  + ") asked a browser for this; only this node's own page may change anything"));
    } else {
      resources.handle(exchange, match.get());
    }
  }

  /** Whether the exchange goes on; it is answered where not. */
  private boolean entered(Exchange exchange, Optional<Route.Match> match, PrivateDoor door) {
    PrivateDoor.Entry entry =
        door.enter(
            exchange.request().getHeader(HttpHeaders.AUTHORIZATION), match.map(Route.Match::route));
    if (entry == PrivateDoor.Entry.UNKNOWN) {
      exchange.refuse(
          Problem.of(
              OutcomeCode.UNAUTHENTICATED,
              "this node serves one user of this machine; show the token of its node.json"));
      return false;
    }
    exchange
        .response()
        .putHeader(PrivateDoor.INSTANCE, door.instance())
        .putHeader(PrivateDoor.IDLE, Long.toString(door.idle().toMillis()));
    if (entry == PrivateDoor.Entry.ENDING) {
      refuseAndClose(exchange, OutcomeCode.NOT_READY, STOPPING);
      return false;
    }
    if (entry == PrivateDoor.Entry.USER) {
      inside.add(exchange);
    }
    return true;
  }

  private static void refuseMethod(Exchange exchange, Route route, HttpMethod method) {
    exchange.response().putHeader(HttpHeaders.ALLOW, route.allow());
    exchange.refuse(
        Problem.of(
                OutcomeCode.INVALID,
                "method '"
                    + RequestParameters.shortened(method.name())
                    + "': "
                    + route.template()
                    + " takes "
                    + route.allow())
            .withStatus(405));
  }

  /** A request that is not HTTP, or whose head is over a limit: nothing after it can be read. */
  private void handleInvalid(HttpServerRequest request) {
    Exchange exchange = begin(request);
    exchange.closeAfterAnswer();
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      exchange.refuse(
          Problem.of(
              OutcomeCode.TOO_LARGE,
              "the request line is too long; the limit for a key is "
                  + limits.maxKeyBytes()
                  + " bytes"));
    } else if (cause instanceof TooLongHttpHeaderException) {
      exchange.refuse(
          Problem.of(
                  OutcomeCode.TOO_LARGE,
                  "the request's headers are over the limit of " + MAX_HEADER_BYTES + " bytes")
              .withStatus(431));
    } else {
      exchange.refuse(Problem.of(OutcomeCode.INVALID, "the request is not valid HTTP"));
    }
  }

  private static void refuseAndClose(Exchange exchange, OutcomeCode code, String detail) {
    exchange.closeAfterAnswer();
    exchange.refuse(Problem.of(code, detail).withRetryAfter(Optional.of(Duration.ofSeconds(1))));
  }

  private void ended(Exchange exchange) {
    open.remove(exchange);
    if (inside.remove(exchange)) {
      privateDoor.ifPresent(PrivateDoor::leave);
    }
    if (draining) {
      // Not at once: the answer is written after this returns, and closing must come after that.
      context.runOnContext(ignored -> completeWhenIdle());
    }
  }

  private void completeWhenIdle() {
    if (open.isEmpty()) {
      idle.complete(null);
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    // A copy, since an expired exchange takes itself out of the set.
    List.copyOf(open).forEach(exchange -> exchange.checkDeadline(now));
    refusals.sweep();
  }
}
