package io.holdfast.mesh.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.sync.core.Caller;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** What a node tells of itself, its groups and its writes, and the description of this API. */
final class MeshResource {

  private static final String TEXT = "text/plain; charset=utf-8";

  private final Mesh mesh;
  private final HttpLimits limits;
  private final Buffer openApi;

  MeshResource(Mesh mesh, HttpLimits limits, Buffer openApi) {
    this.mesh = mesh;
    this.limits = limits;
    this.openApi = openApi;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters =
        new RequestParameters(
            exchange, limits, match.route() == Route.WRITE ? List.of("group") : List.of());
    if (match.route() == Route.WRITE) {
      findWrite(exchange, match, parameters);
      return;
    }
    Optional<GroupId> group =
        match.route() == Route.GROUP || match.route() == Route.CHAIN
            ? parameters.group(match.name(), mesh.groups())
            : Optional.empty();
    long slot =
        match.route() == Route.CHAIN
            ? parameters.number("slot", match.item(), 0, Long.MAX_VALUE)
            : 0;
    Optional<Problem> problem = parameters.problem();
    if (problem.isPresent()) {
      exchange.refuse(problem.get());
      return;
    }
    switch (match.route()) {
      case GROUPS -> exchange.answer(200, Exchange.JSON, Json.groups(mesh.groups()));
      case GROUP ->
          group.ifPresent(id -> exchange.await(mesh.group(id), found -> send(exchange, id, found)));
      case CHAIN ->
          group.ifPresent(
              id -> exchange.await(mesh.chain(id, slot), found -> send(exchange, id, found)));
      case STATUS ->
          exchange.await(
              mesh.status()
                  .thenCombine(
                      mesh.health(),
                      (status, health) -> new StatusForm(status, HealthForm.of(status, health))),
              form -> exchange.answer(200, Exchange.JSON, Json.mapped(form)));
      case OPENAPI -> exchange.answer(200, Exchange.JSON, openApi);
      case LIVEZ -> exchange.answer(200, TEXT, Buffer.buffer("ok\n"));
      default -> throw new IllegalStateException(match.route() + " is handled elsewhere");
    }
  }

  /** A node's status with how well it is. */
  private record StatusForm(@JsonUnwrapped NodeStatus status, HealthForm health) {}

  private static void send(Exchange exchange, GroupId group, Optional<?> found) {
    if (found.isPresent()) {
      exchange.answer(200, Exchange.JSON, Json.mapped(found.get()));
    } else {
      exchange.refuse(
          Problem.of(OutcomeCode.NOT_FOUND, "group '" + group + "' does not run on this node"));
    }
  }

  private void findWrite(Exchange exchange, Route.Match match, RequestParameters parameters) {
    String id = parameters.writeId("id", match.name());
    Optional<GroupId> group = parameters.groupParameter(mesh.groups());
    Caller caller = parameters.reader();
    Optional<Problem> problem = parameters.problem();
    if (problem.isPresent()) {
      exchange.refuse(problem.get());
      return;
    }
    exchange.await(mesh.findWrite(id, group, caller), answer -> WriteReply.send(exchange, answer));
  }
}
