package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.sync.core.Caller;
import java.util.List;
import java.util.Optional;

/** What this node has seen of a write. */
final class StoryResource {

  private final Mesh mesh;
  private final HttpLimits limits;

  StoryResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of());
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    String id = parameters.writeId("id", match.item());
    Caller caller = parameters.reader();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    exchange.await(
        mesh.story(group.orElseThrow(), id, caller),
        answer -> {
          if (answer instanceof StoryAnswer.Told told) {
            exchange.answer(200, Exchange.JSON, Json.mapped(told.story()));
          } else if (answer instanceof StoryAnswer.Refused refused) {
            exchange.refuse(Problem.of(refused.code(), refused.detail()).withWriteId(id));
          }
        });
  }
}
