package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.config.core.OutcomeCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Receives a body of bounded size; what is over the limit is refused before it is kept. */
final class RequestBody {

  private final Exchange exchange;
  private final int limit;
  private final String limited;
  private ByteString received = ByteString.EMPTY;

  private RequestBody(Exchange exchange, int limit, String limited) {
    this.exchange = exchange;
    this.limit = limit;
    this.limited = limited;
  }

  /**
   * Hands the whole body to {@code then}, or refuses it.
   *
   * @param then called on the event loop, at most once
   */
  static void receive(Exchange exchange, HttpLimits limits, Consumer<ByteString> then) {
    boolean valueIsTighter = limits.maxValueBytes() <= limits.maxBodyBytes();
    new RequestBody(
            exchange,
            Math.min(limits.maxValueBytes(), limits.maxBodyBytes()),
            valueIsTighter ? "a value" : "a request body")
        .start(limits, then);
  }

  /** Hands the whole body of a request that is JSON to {@code then}, or refuses it. */
  static void receiveForm(Exchange exchange, HttpLimits limits, Consumer<ByteString> then) {
    new RequestBody(exchange, limits.maxBodyBytes(), "a request body").start(limits, then);
  }

  private void start(HttpLimits limits, Consumer<ByteString> then) {
    HttpServerRequest request = exchange.request();
    String declared = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    // The server has refused a length that is no number; one too long to parse is over any limit.
    if (declared != null && (declared.length() > 18 || Long.parseLong(declared) > limit)) {
      refuse();
      return;
    }
    exchange.askForBody();
    exchange.expireAfter(
        limits.requestTimeout(),
        () -> {
          exchange.closeAfterAnswer();
          return Problem.of(
                  OutcomeCode.INVALID,
                  "the body did not arrive within " + limits.requestTimeout().toMillis() + " ms")
              .withStatus(408);
        });
    request.handler(this::keep);
    request.endHandler(
        ignored -> {
          if (!exchange.ended()) {
            complete(then);
          }
        });
  }

  private void complete(Consumer<ByteString> then) {
    try {
      then.accept(received);
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private void keep(Buffer chunk) {
    if (exchange.ended()) {
      return;
    }
    if (received.size() + chunk.length() > limit) {
      received = ByteString.EMPTY;
      refuse();
      return;
    }
    // Concatenation links chunks; the usual body is one chunk, copied once.
    received = received.concat(UnsafeByteOperations.unsafeWrap(chunk.getBytes()));
  }

  private void refuse() {
    exchange.refuse(
        Problem.of(
            OutcomeCode.TOO_LARGE,
            "the body is over the limit of " + limit + " bytes for " + limited));
  }
}
