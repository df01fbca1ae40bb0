package io.holdfast.mesh.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.WriteStory.Event;
import io.holdfast.mesh.core.story.StoryMerge.Placed;
import io.holdfast.mesh.core.story.WholeStory;
import io.holdfast.mesh.core.story.WholeStory.Teller;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** The whole story of a write as the front door says it, and those who ask several nodes. */
public final class StoryJson {

  private StoryJson() {}

  /** Its JSON text. */
  public static String of(WholeStory story) {
    return buffer(story).toString();
  }

  static Buffer buffer(WholeStory story) {
    return Json.write(json -> write(json, story));
  }

  private static void write(JsonGenerator json, WholeStory story) throws IOException {
    json.writeStartObject();
    json.writeStringField("writeId", story.writeId());
    json.writeStringField("group", story.group());
    json.writeBooleanField("known", story.knowsAnything());
    json.writeStringField("text", story.answer());
    json.writeStringField("recorded", story.recorded());
    if (story.slot().isPresent()) {
      json.writeNumberField("slot", story.slot().getAsLong());
    } else {
      json.writeNullField("slot");
    }
    json.writeArrayFieldStart("unacknowledged");
    for (NodeId node : story.unacknowledged()) {
      json.writeString(node.value());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("nodes");
    for (Teller one : story.nodes()) {
      write(json, one, story);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("events");
    for (Placed placed : story.merge().events()) {
      write(json, placed.event(), placed.millis() - story.merge().begin());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Teller one, WholeStory story) throws IOException {
    json.writeStartObject();
    json.writeStringField("node", one.node());
    json.writeStringField("state", one.state());
    json.writeStringField("detail", one.detail());
    json.writeNumberField("leftOut", one.leftOut());
    if (NodeId.isValid(one.node())) {
      json.writeNumberField(
          "clockMillis", -story.merge().offsets().getOrDefault(new NodeId(one.node()), 0L));
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Event event, long sinceFirst) throws IOException {
    json.writeStartObject();
    json.writeNumberField("atMillis", event.atMillis());
    json.writeNumberField("sinceFirstMillis", sinceFirst);
    json.writeStringField("node", event.node().value());
    json.writeStringField("what", event.what());
    if (event.slot().isPresent()) {
      json.writeNumberField("slot", event.slot().getAsLong());
    }
    if (event.ballot().isPresent()) {
      json.writeNumberField("ballot", event.ballot().getAsLong());
    }
    json.writeArrayFieldStart("members");
    for (NodeId member : event.members()) {
      json.writeString(member.value());
    }
    json.writeEndArray();
    json.writeStringField("detail", event.detail());
    json.writeEndObject();
  }
}
