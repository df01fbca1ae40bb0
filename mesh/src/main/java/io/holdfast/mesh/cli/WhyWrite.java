package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.mesh.cli.StoryMerge.Placed;
import io.holdfast.mesh.client.MeshClient;
import io.holdfast.mesh.client.NodeView;
import io.holdfast.mesh.client.PostReply;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The story of a write in one group, when every node that answers is asked.
 *
 * @param group the group
 * @param stories what each of them told
 * @param nodes what each member had to say, in order of name
 */
record WhyWrite(String group, List<WriteStory> stories, List<Teller> nodes) {

  /**
   * A member of the group.
   *
   * @param node its name
   * @param state {@code told}, {@code saw_nothing}, {@code forgotten}, {@code refused} or {@code
   *     silent}
   * @param detail more of that
   */
  record Teller(String node, String state, String detail) {}

  /** Asks each node that answers and has the group. */
  static WhyWrite ask(
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
    List<Teller> nodes = members.stream().map(node -> teller(node, stories, refusals)).toList();
    return new WhyWrite(group, stories, nodes);
  }

  private static Teller teller(
      String node, List<WriteStory> stories, Map<String, String> refusals) {
    Optional<WriteStory> story =
        stories.stream().filter(one -> one.node().value().equals(node)).findFirst();
    if (story.isPresent()) {
      if (!story.get().events().isEmpty()) {
        return new Teller(node, "told", "");
      }
      long earliest =
          stories.stream()
              .flatMap(one -> one.events().stream())
              .mapToLong(Event::atMillis)
              .min()
              .orElse(Long.MAX_VALUE);
      boolean forgotten =
          story.get().slot().isPresent() || story.get().rememberedSinceMillis() > earliest;
      return forgotten
          ? new Teller(
              node, "forgotten", "it remembers nothing from before its start, or so long ago")
          : new Teller(node, "saw_nothing", "it has seen nothing of this write");
    }
    return refusals.containsKey(node)
        ? new Teller(node, "refused", refusals.getOrDefault(node, ""))
        : new Teller(node, "silent", "it does not answer");
  }

  static WriteStory read(JsonNode json) {
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
        events);
  }

  private static OptionalLong number(JsonNode json) {
    return json.isIntegralNumber() ? OptionalLong.of(json.asLong()) : OptionalLong.empty();
  }

  // ---- What it comes to

  boolean knowsAnything() {
    return stories.stream().anyMatch(WriteStory::knowsAnything);
  }

  /** The story that has the log's own word. */
  private Optional<WriteStory> recorded() {
    return stories.stream().filter(one -> one.slot().isPresent()).findFirst();
  }

  /** Who was sent the last proposal of it and is not known to have acknowledged what it is. */
  List<NodeId> unacknowledged() {
    Optional<Event> last = Optional.empty();
    List<Event> all = StoryMerge.of(stories).events().stream().map(Placed::event).toList();
    OptionalLong slot = recorded().map(WriteStory::slot).orElse(OptionalLong.empty());
    for (Event event : all) {
      if (event.what().equals("proposed") && (slot.isEmpty() || event.slot().equals(slot))) {
        last = Optional.of(event);
      }
    }
    if (last.isEmpty()) {
      return List.of();
    }
    Event proposed = last.get();
    TreeSet<NodeId> open = new TreeSet<>(proposed.members());
    for (Event event : all) {
      if (event.slot().equals(proposed.slot()) && event.ballot().equals(proposed.ballot())) {
        if (event.what().equals("acknowledged")) {
          open.removeAll(event.members());
        } else if (event.what().equals("drifted")) {
          open.addAll(event.members());
        }
      }
    }
    return List.copyOf(open);
  }

  /** The answer in one sentence. */
  String answer(String writeId) {
    String open =
        unacknowledged().isEmpty()
            ? ""
            : "; no acknowledgement came from "
                + unacknowledged().stream().map(NodeId::value).collect(Collectors.joining(", "));
    if (recorded().isPresent()) {
      return "write %s in group %s: %s in slot %d%s"
          .formatted(
              writeId, group, recorded().get().recorded(), recorded().get().slot().orElse(0), open);
    }
    if (stories.stream().anyMatch(one -> one.recorded().equals(WriteStory.EXPIRED))) {
      return "write %s in group %s: so old that nobody knows whether it was executed"
          .formatted(writeId, group);
    }
    if (!knowsAnything()) {
      return "write %s in group %s: no node that answers has seen it".formatted(writeId, group);
    }
    return "write %s in group %s: not executed so far%s%s; 'holdfast resolve' settles it"
        .formatted(writeId, group, lastVerdict().map(text -> ", " + text).orElse(""), open);
  }

  private Optional<String> lastVerdict() {
    List<Placed> all = StoryMerge.of(stories).events();
    for (int i = all.size() - 1; i >= 0; i--) {
      Event event = all.get(i).event();
      if (List.of("verdict", "refused", "not_admitted").contains(event.what())) {
        return Optional.of(event.detail());
      }
    }
    return Optional.empty();
  }

  // ---- Telling

  ObjectNode json(String writeId) {
    StoryMerge merge = StoryMerge.of(stories);
    ObjectNode json =
        Answers.object().put("writeId", writeId).put("group", group).put("known", knowsAnything());
    json.put("text", answer(writeId));
    json.put(
        "recorded",
        recorded()
            .or(() -> stories.stream().findFirst())
            .map(WriteStory::recorded)
            .orElse(WriteStory.NOT_TOLD));
    recorded()
        .ifPresentOrElse(one -> json.put("slot", one.slot().orElse(0)), () -> json.putNull("slot"));
    ArrayNode open = json.putArray("unacknowledged");
    unacknowledged().forEach(node -> open.add(node.value()));
    ArrayNode tellers = json.putArray("nodes");
    for (Teller one : nodes) {
      ObjectNode teller = tellers.addObject();
      teller.put("node", one.node()).put("state", one.state()).put("detail", one.detail());
      if (NodeId.isValid(one.node())) {
        teller.put("clockMillis", -merge.offsets().getOrDefault(new NodeId(one.node()), 0L));
      }
    }
    long begin = begin(merge);
    ArrayNode events = json.putArray("events");
    for (Placed placed : merge.events()) {
      Event event = placed.event();
      ObjectNode one = events.addObject();
      one.put("atMillis", event.atMillis()).put("sinceFirstMillis", placed.millis() - begin);
      one.put("node", event.node().value()).put("what", event.what());
      event.slot().ifPresent(slot -> one.put("slot", slot));
      event.ballot().ifPresent(ballot -> one.put("ballot", ballot));
      ArrayNode members = one.putArray("members");
      event.members().forEach(member -> members.add(member.value()));
      one.put("detail", event.detail());
    }
    return json;
  }

  private static long begin(StoryMerge merge) {
    return merge.events().isEmpty() ? 0 : merge.events().get(0).millis();
  }

  void print(PrintStream out, String writeId) {
    StoryMerge merge = StoryMerge.of(stories);
    out.println(answer(writeId));
    long begin = begin(merge);
    if (!merge.events().isEmpty()) {
      out.println("  from " + java.time.Instant.ofEpochMilli(begin) + " on:");
      Table table = Table.of("  ms", "node", "what", "detail");
      for (Placed placed : merge.events()) {
        Event event = placed.event();
        table.row("  +" + (placed.millis() - begin), event.node(), event.what(), event.detail());
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
    for (Teller one : nodes) {
      if (!one.state().equals("told")) {
        out.println("  " + one.node() + ": " + one.detail());
      }
    }
  }
}
