package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.mesh.ReadRequest;
import io.holdfast.mesh.ReadRequest.Consistency;
import io.holdfast.mesh.WriteRequest;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Command;
import io.holdfast.sync.core.KeyRange;
import io.holdfast.sync.core.Operation;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadQuery;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code /v1/groups/{group}/keys}: what is in a range, and the deletion of all of it. */
final class RangeResource {

  private static final List<String> LIST_PARAMETERS =
      List.of("prefix", "from", "to", "limit", "revision", "detail", "consistency");
  private static final List<String> DELETE_PARAMETERS = List.of("prefix", "from", "to", "wait");

  private final Mesh mesh;
  private final HttpLimits limits;
  private final WriteDesk desk;

  RangeResource(Mesh mesh, HttpLimits limits, WriteDesk desk) {
    this.mesh = mesh;
    this.limits = limits;
    this.desk = desk;
  }

  void handle(Exchange exchange, Route.Match match) {
    if (exchange.request().method().equals(HttpMethod.DELETE)) {
      delete(exchange, match);
    } else {
      list(exchange, match);
    }
  }

  private void list(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, LIST_PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    KeyRange range = parameters.range().orElse(KeyRange.ALL);
    OptionalLong revision = parameters.revisionParameter();
    int limit = parameters.limit();
    ReadDetail detail = parameters.detail();
    Consistency consistency = parameters.consistency();
    Caller caller = parameters.reader();
    if (WriteDesk.accepted(exchange, parameters)) {
      ReadRequest read =
          new ReadRequest(
              group.orElseThrow(),
              new ReadQuery(range, revision, limit, detail),
              consistency,
              caller);
      exchange.await(mesh.read(read), answer -> send(exchange, detail, answer));
    }
  }

  private static void send(Exchange exchange, ReadDetail detail, ReadAnswer answer) {
    if (answer instanceof ReadAnswer.Found || answer instanceof ReadAnswer.Absent) {
      throw new IllegalStateException("the record of one key for a range: " + answer);
    }
    if (answer instanceof ReadAnswer.Listed listed) {
      KeyResource.putReadPoint(exchange.response(), listed.at());
      exchange.answer(200, Exchange.JSON, ResultJson.list(listed, detail));
    } else {
      exchange.refuse(KeyResource.refusal(answer));
    }
  }

  /** A deletion without a range is refused: nobody deletes everything by a slip. */
  private void delete(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, DELETE_PARAMETERS);
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    Optional<KeyRange> range = parameters.range();
    Optional<String> writeId = desk.writeId(parameters);
    Optional<Duration> patience = parameters.patience();
    Caller caller = parameters.caller();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    if (range.isEmpty()) {
      exchange.refuse(
          Problem.of(
              OutcomeCode.INVALID, "prefix, from or to is needed: which keys are to be deleted?"));
      return;
    }
    Command deletion =
        new Command.Transaction(List.of(), List.of(new Operation.Delete(range.get())), List.of());
    desk.write(
        exchange, new WriteRequest(group.orElseThrow(), writeId, deletion, patience, caller));
  }
}
