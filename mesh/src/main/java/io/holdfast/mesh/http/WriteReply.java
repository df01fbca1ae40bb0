package io.holdfast.mesh.http;

import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** How the outcome of a write is told, to the one who wrote and to one who asks later. */
final class WriteReply {

  private WriteReply() {}

  static void send(Exchange exchange, WriteAnswer answer) {
    HttpServerResponse response = exchange.response();
    OutcomeCode code = answer.code();
    if (code == OutcomeCode.IN_FLIGHT || code == OutcomeCode.OUTCOME_UNKNOWN) {
      locate(exchange, answer.writeId());
    }
    if (code == OutcomeCode.COMMITTED) {
      answer
          .result()
          .ifPresent(
              result ->
                  result
                      .modRevision()
                      .ifPresent(
                          revision ->
                              response.putHeader(HttpHeaders.ETAG, "\"" + revision + "\"")));
      exchange.answer(code.httpStatus(), Exchange.JSON, Json.write(answer));
    } else if (code == OutcomeCode.IN_FLIGHT) {
      answer
          .retryAfter()
          .ifPresent(
              after ->
                  response.putHeader(
                      HttpHeaders.RETRY_AFTER, Long.toString(Exchange.wholeSeconds(after))));
      exchange.answer(code.httpStatus(), Exchange.JSON, Json.write(answer));
    } else {
      exchange.refuse(Problem.of(answer));
    }
  }

  /** Where the outcome can be asked for. */
  static void locate(Exchange exchange, String writeId) {
    if (!writeId.isEmpty()) {
      exchange.response().putHeader(HttpHeaders.LOCATION, "/v1/writes/" + writeId);
    }
  }
}
