package io.holdfast.mesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One request to one endpoint and what came back. Used on the client's event loop only. */
final class Exchange {

  /**
   * A request, whatever endpoint it goes to.
   *
   * @param uri path and query, percent-encoded
   */
  record Request(
      HttpMethod method, String uri, Map<String, String> headers, Optional<Buffer> body) {
    static Request get(String uri) {
      return new Request(HttpMethod.GET, uri, Map.of(), Optional.empty());
    }
  }

  /** What came back: a response, or none. */
  sealed interface Reply {}

  /** A whole response. */
  record Response(int status, MultiMap headers, Buffer body) implements Reply {}

  /**
   * No response.
   *
   * @param delivered whether the request may have reached the node
   */
  record Silence(boolean delivered, String what) implements Reply {}

  private final HttpClient http;
  private final Context context;
  private final Optional<BearerToken> token;

  /**
   * @param token shown with every request
   */
  Exchange(HttpClient http, Context context, Optional<BearerToken> token) {
    this.http = http;
    this.context = context;
    this.token = token;
  }

  private void putHeaders(RequestOptions options, Request request) {
    request.headers().forEach(options::putHeader);
    token.ifPresent(shown -> options.putHeader("Authorization", shown.header()));
  }

  /** Sends {@code request}; the future never fails. */
  Future<Reply> send(MeshEndpoint endpoint, Request request, Duration timeout) {
    RequestOptions options =
        new RequestOptions()
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setMethod(request.method())
            .setURI(request.uri())
            .setTimeout(Math.max(1, timeout.toMillis()));
    putHeaders(options, request);
    // A request that never got a connection cannot have had an effect; after that it may have.
    return http.request(options)
        .compose(
            open ->
                (request.body().isPresent() ? open.send(request.body().get()) : open.send())
                    .compose(
                        response ->
                            response
                                .body()
                                .map(
                                    body ->
                                        (Reply)
                                            new Response(
                                                response.statusCode(), response.headers(), body)))
                    .otherwise(failure -> new Silence(true, describe(failure))))
        .otherwise(failure -> new Silence(false, describe(failure)));
  }

  /** Opens an answer that goes on; fails where there is none. */
  Future<HttpClientResponse> open(MeshEndpoint endpoint, Request request) {
    RequestOptions options =
        new RequestOptions()
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setMethod(request.method())
            .setURI(request.uri());
    putHeaders(options, request);
    return http.request(options).compose(HttpClientRequest::send);
  }

  Context context() {
    return context;
  }

  static String describe(Throwable failure) {
    if (failure instanceof ConnectException) {
      return "connection refused";
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
