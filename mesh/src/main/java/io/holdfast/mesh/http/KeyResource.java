package io.holdfast.mesh.http;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadAnswer.Absent;
import io.holdfast.mesh.ReadAnswer.Found;
import io.holdfast.mesh.ReadAnswer.ReadPoint;
import io.holdfast.mesh.ReadAnswer.Refused;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.mesh.WriteRequest.Operation;
import io.holdfast.mesh.client.WriteIds;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /v1/groups/{group}/keys/{key}}: one key's value as raw bytes. */
final class KeyResource {

  private static final CharSequence OCTETS =
      HttpHeaders.createOptimized("application/octet-stream");
  private static final CharSequence CREATE_REVISION =
      HttpHeaders.createOptimized("holdfast-create-revision");
  private static final CharSequence MOD_REVISION =
      HttpHeaders.createOptimized("holdfast-mod-revision");
  private static final CharSequence VERSION = HttpHeaders.createOptimized("holdfast-version");
  private static final CharSequence REVISION = HttpHeaders.createOptimized("holdfast-revision");
  private static final CharSequence SLOT = HttpHeaders.createOptimized("holdfast-slot");
  private static final CharSequence STALENESS =
      HttpHeaders.createOptimized("holdfast-staleness-millis");

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteIds ids = WriteIds.system();

  KeyResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    HttpMethod method = exchange.request().method();
    RequestParameters parameters = new RequestParameters(exchange.request(), limits);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    ByteString key = parameters.key(match.key());
    if (method.equals(HttpMethod.PUT) || method.equals(HttpMethod.DELETE)) {
      OptionalLong expected = parameters.expectedModRevision();
      // Made here, so that every answer can name it, this node's own silence included.
      Optional<String> writeId = parameters.idempotencyKey().or(() -> Optional.of(ids.next()));
      Optional<Duration> patience = parameters.patience();
      if (accepted(exchange, parameters)) {
        Operation operation = method.equals(HttpMethod.PUT) ? Operation.PUT : Operation.DELETE;
        WriteRequest write =
            new WriteRequest(
                group.orElseThrow(), writeId, operation, key, ByteString.EMPTY, expected, patience);
        if (operation == Operation.PUT) {
          RequestBody.receive(exchange, limits, value -> write(exchange, withValue(write, value)));
        } else {
          write(exchange, write);
        }
      }
    } else {
      Consistency consistency = parameters.consistency();
      if (accepted(exchange, parameters)) {
        read(exchange, new ReadRequest(group.orElseThrow(), key, consistency));
      }
    }
  }

  private static boolean accepted(Exchange exchange, RequestParameters parameters) {
    parameters.problem().ifPresent(exchange::refuse);
    return parameters.problem().isEmpty();
  }

  private static WriteRequest withValue(WriteRequest write, ByteString value) {
    return new WriteRequest(
        write.group(),
        write.writeId(),
        write.operation(),
        write.key(),
        value,
        write.expectedModRevision(),
        write.patience());
  }

  private void write(Exchange exchange, WriteRequest write) {
    Duration time = limits.requestTimeout().plus(write.patience().orElse(Duration.ZERO));
    exchange.expireAfter(
        time,
        () -> {
          // The write was handed over and may take effect at any time: nothing less may be said.
          String id = write.writeId().orElseThrow();
          WriteReply.locate(exchange, id);
          return Problem.of(
                  OutcomeCode.OUTCOME_UNKNOWN,
                  "this node gave no verdict within "
                      + time.toMillis()
                      + " ms; ask for the write by its id")
              .withWriteId(id);
        });
    exchange.await(mesh.write(write), answer -> WriteReply.send(exchange, answer));
  }

  private void read(Exchange exchange, ReadRequest read) {
    exchange.await(mesh.read(read), answer -> send(exchange, read, answer));
  }

  private static void send(Exchange exchange, ReadRequest read, ReadAnswer answer) {
    if (answer instanceof Found found) {
      sendFound(exchange, found);
    } else if (answer instanceof Absent absent) {
      putReadPoint(exchange.response(), absent.at());
      exchange.refuse(
          Problem.of(OutcomeCode.NOT_FOUND, "the key is not in group '" + read.group() + "'"));
    } else if (answer instanceof Refused refused) {
      exchange.refuse(
          Problem.of(refused.code(), refused.detail()).withRetryAfter(refused.retryAfter()));
    }
  }

  private static void sendFound(Exchange exchange, Found found) {
    HttpServerResponse response = exchange.response();
    String modRevision = Long.toString(found.modRevision());
    response
        .putHeader(HttpHeaders.ETAG, "\"" + modRevision + "\"")
        .putHeader(CREATE_REVISION, Long.toString(found.createRevision()))
        .putHeader(MOD_REVISION, modRevision)
        .putHeader(VERSION, Long.toString(found.version()));
    putReadPoint(response, found.at());
    exchange.answer(200, OCTETS, buffer(found.value()));
  }

  private static void putReadPoint(HttpServerResponse response, ReadPoint at) {
    response
        .putHeader(REVISION, Long.toString(at.revision()))
        .putHeader(SLOT, Long.toString(at.slot()));
    at.staleness()
        .ifPresent(staleness -> response.putHeader(STALENESS, Long.toString(staleness.toMillis())));
  }

  private static Buffer buffer(ByteString bytes) {
    Buffer buffer = Buffer.buffer(bytes.size());
    try {
      bytes.writeTo(new Json.BufferOutput(buffer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return buffer;
  }
}
