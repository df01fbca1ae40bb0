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
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
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

  private static final CharSequence LEASE = HttpHeaders.createOptimized("holdfast-lease");

  private static final List<String> READ_PARAMETERS = List.of("consistency", "revision");
  private static final List<String> PUT_PARAMETERS = List.of("wait", "lease");
  private static final List<String> DELETE_PARAMETERS = List.of("wait");

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteDesk desk;

  KeyResource(Mesh mesh, HttpLimits limits, WriteDesk desk) {
    this.mesh = mesh;
    this.limits = limits;
    this.desk = desk;
  }

  void handle(Exchange exchange, Route.Match match) {
    HttpMethod method = exchange.request().method();
    if (method.equals(HttpMethod.PUT)) {
      put(exchange, match);
    } else if (method.equals(HttpMethod.DELETE)) {
      delete(exchange, match);
    } else {
      read(exchange, match);
    }
  }

  private void put(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, PUT_PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    ByteString key = parameters.key(match.item());
    OptionalLong expected = parameters.expectedModRevision();
    long lease = parameters.leaseParameter();
    Optional<String> writeId = desk.writeId(parameters);
    Optional<Duration> patience = parameters.patience();
    Caller caller = parameters.caller();
    if (WriteDesk.accepted(exchange, parameters)) {
      RequestBody.receive(
          exchange,
          limits,
          value ->
              desk.write(
                  exchange,
                  new WriteRequest(
                      group.orElseThrow(),
                      writeId,
                      WriteRequest.put(key, value, expected, lease),
                      patience,
                      caller)));
    }
  }

  private void delete(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, DELETE_PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    ByteString key = parameters.key(match.item());
    OptionalLong expected = parameters.expectedModRevision();
    Optional<String> writeId = desk.writeId(parameters);
    Optional<Duration> patience = parameters.patience();
    Caller caller = parameters.caller();
    if (WriteDesk.accepted(exchange, parameters)) {
      desk.write(
          exchange,
          new WriteRequest(
              group.orElseThrow(), writeId, WriteRequest.delete(key, expected), patience, caller));
    }
  }

  private void read(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, READ_PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    ByteString key = parameters.key(match.item());
    OptionalLong revision = parameters.revisionParameter();
    Consistency consistency = parameters.consistency();
    Caller caller = parameters.reader();
    if (WriteDesk.accepted(exchange, parameters)) {
      ReadRequest read =
          new ReadRequest(
              group.orElseThrow(),
              new ReadQuery(KeyRange.key(key), revision, 1, ReadDetail.RECORDS),
              consistency,
              caller);
      exchange.await(mesh.read(read), answer -> send(exchange, read, answer));
    }
  }

  private static void send(Exchange exchange, ReadRequest read, ReadAnswer answer) {
    if (answer instanceof Found found) {
      sendFound(exchange, found);
    } else if (answer instanceof Absent absent) {
      putReadPoint(exchange.response(), absent.at());
      exchange.refuse(
          Problem.of(OutcomeCode.NOT_FOUND, "the key is not in group '" + read.group() + "'"));
    } else {
      exchange.refuse(refusal(answer));
    }
  }

  /** The problem of a read that gave nothing. */
  static Problem refusal(ReadAnswer answer) {
    if (answer instanceof ReadAnswer.Compacted compacted) {
      return Problem.compacted(compacted.oldest());
    }
    if (answer instanceof Refused refused) {
      return Problem.of(refused.code(), refused.detail()).withRetryAfter(refused.retryAfter());
    }
    throw new IllegalStateException("an answer to another read than this: " + answer);
  }

  private static void sendFound(Exchange exchange, Found found) {
    HttpServerResponse response = exchange.response();
    String modRevision = Long.toString(found.modRevision());
    response
        .putHeader(HttpHeaders.ETAG, "\"" + modRevision + "\"")
        .putHeader(CREATE_REVISION, Long.toString(found.createRevision()))
        .putHeader(MOD_REVISION, modRevision)
        .putHeader(VERSION, Long.toString(found.version()));
    if (found.lease() > 0) {
      response.putHeader(LEASE, Long.toString(found.lease()));
    }
    putReadPoint(response, found.at());
    exchange.answer(200, OCTETS, buffer(found.value()));
  }

  /** Says where in the log an answer was read. */
  static void putReadPoint(HttpServerResponse response, ReadPoint at) {
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
