package io.holdfast.mesh.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.client.PostReply;
import io.holdfast.mesh.core.story.StoryMerge;
import io.holdfast.mesh.core.story.StoryMerge.Placed;
import io.holdfast.mesh.core.story.WholeStory;
import io.holdfast.mesh.core.story.WholeStory.Teller;
import io.holdfast.mesh.http.StoryJson;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** Asks the nodes for the story of a write, and tells the whole of it. */
final class WhyWrite {

  private static final ObjectMapper JSON = new ObjectMapper();

  private WhyWrite() {}

  /** Asks each node that answers and has the group. */
  static WholeStory ask(
      MeshClient client, NodeSurvey survey, String group, String writeId, Duration wait) {
    Map<String, CompletionStage<PostReply>> asked = new LinkedHashMap<>();
    TreeSet<String> members = new TreeSet<>();
    for (NodeView node : survey.answered()) {
      node.group(group)
          .ifPresent(
              view -> {
                members.addAll(view.members());
                members.add(node.node());
                asked.put(
                    node.node(),
                    client.get(
                        node.endpoint(),
                        "/v1/groups/" + group + "/writes/" + writeId + "/story",
                        wait));
              });
    }
    List<WriteStory> stories = new ArrayList<>();
    Map<String, String> refusals = new LinkedHashMap<>();
    asked.forEach(
        (node, answer) -> {
          PostReply reply = Answers.await(answer);
          if (reply.done()) {
            stories.add(read(reply.json()));
          } else {
            refusals.put(node, reply.detail());
          }
        });
    return WholeStory.of(writeId, group, members, stories, refusals);
  }

  private static WriteStory read(JsonNode json) {
    List<WriteStory.Clock> clocks = new ArrayList<>();
    for (JsonNode clock : json.path("clocks")) {
      if (NodeId.isValid(clock.path("node").asText())) {
        clocks.add(
            new WriteStory.Clock(
                new NodeId(clock.path("node").asText()), clock.path("skewMillis").asLong()));
      }
    }
    NodeId node = new NodeId(json.path("node").asText());
    List<Event> events = new ArrayList<>();
    for (JsonNode event : json.path("events")) {
      events.add(
          new Event(
              event.path("atMillis").asLong(),
              node,
              event.path("what").asText(),
              number(event.path("slot")),
              number(event.path("ballot")),
              FactsReading.nodes(event.path("members")),
              event.path("detail").asText()));
    }
    return new WriteStory(
        json.path("writeId").asText(),
        json.path("group").asText(),
        node,
        json.path("nowMillis").asLong(),
        json.path("recorded").asText(WriteStory.NOT_TOLD),
        number(json.path("slot")),
        json.path("rememberedSinceMillis").asLong(),
        clocks,
        events,
        json.path("leftOut").asInt());
  }

  private static OptionalLong number(JsonNode json) {
    return json.isIntegralNumber() ? OptionalLong.of(json.asLong()) : OptionalLong.empty();
  }

  // ---- Telling

  static JsonNode json(WholeStory story) {
    try {
      return JSON.readTree(StoryJson.of(story));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a story is no JSON", e);
    }
  }

  static void print(PrintStream out, WholeStory story) {
    StoryMerge merge = story.merge();
    out.println(story.answer());
    if (!merge.events().isEmpty()) {
      out.println("  from " + Instant.ofEpochMilli(merge.begin()) + " on:");
      Table table = Table.of("  ms", "node", "what", "detail");
      for (Placed placed : merge.events()) {
        Event event = placed.event();
        table.row(
            "  +" + (placed.millis() - merge.begin()), event.node(), event.what(), event.detail());
      }
      table.print(out);
    }
    merge
        .offsets()
        .forEach(
            (node, offset) -> {
              if (offset != 0) {
                out.printf(
                    "  the clock of %s is %d ms %s; its times are moved%n",
                    node, Math.abs(offset), offset < 0 ? "ahead" : "behind");
              }
            });
    for (Teller one : story.nodes()) {
      if (!one.state().equals("told") || one.leftOut() > 0) {
        out.println("  " + one.node() + ": " + one.detail());
      }
    }
  }
}
