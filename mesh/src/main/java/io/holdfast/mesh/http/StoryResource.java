package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.StoriesAnswer;
import io.holdfast.mesh.StoryAnswer;
import io.holdfast.mesh.core.story.WholeStory;
import io.holdfast.sync.core.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What this node has seen of a write, or all members of its group. */
final class StoryResource {

  private static final String NODES = "nodes";
  private static final String ALL = "all";

  private final Mesh mesh;
  private final HttpLimits limits;

  StoryResource(Mesh mesh, HttpLimits limits) {
    this.mesh = mesh;
    this.limits = limits;
  }

  void handle(Exchange exchange, Route.Match match) {
    RequestParameters parameters = new RequestParameters(exchange, limits, List.of(NODES));
    Optional<GroupId> group = parameters.group(match.name(), mesh.groups());
    String id = parameters.writeId("id", match.item());
    boolean whole = isWhole(parameters);
    Caller caller = parameters.reader();
    if (!WriteDesk.accepted(exchange, parameters)) {
      return;
    }
    if (whole) {
      answerWhole(exchange, group.orElseThrow(), id, caller);
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

  private static boolean isWhole(RequestParameters parameters) {
    Optional<String> nodes = parameters.given(NODES);
    nodes
        .filter(given -> !given.equals(ALL))
        .ifPresent(
            given ->
                parameters.invalid(NODES, given, "allowed is all; without it this node tells"));
    return nodes.isPresent();
  }

  private void answerWhole(Exchange exchange, GroupId group, String id, Caller caller) {
    exchange.await(
        mesh.stories(group, id, caller),
        answer -> {
          if (answer instanceof StoriesAnswer.Told told) {
            exchange.answer(200, Exchange.JSON, StoryJson.buffer(whole(group, id, told)));
          } else if (answer instanceof StoriesAnswer.Refused refused) {
            exchange.refuse(Problem.of(refused.code(), refused.detail()).withWriteId(id));
          }
        });
  }

  private static WholeStory whole(GroupId group, String id, StoriesAnswer.Told told) {
    Map<String, String> refusals = new TreeMap<>();
    told.refusals().forEach((node, why) -> refusals.put(node.value(), why));
    return WholeStory.of(
        id,
        group.value(),
        told.members().stream().map(NodeId::value).toList(),
        told.stories(),
        refusals);
  }
}
