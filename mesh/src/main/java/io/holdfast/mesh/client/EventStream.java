package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;

/** Reads server-sent events line by line. What is cut off in the middle of an event is dropped. */
final class EventStream implements Handler<Buffer> {

  /** An event has about 1 MiB of keys and values, a third more in base64. */
  private static final int MAX_LINE = 8 << 20;

  /** Who is told. */
  interface Events {

    /** All up to here has been told. */
    void position(String id);

    /** An event. */
    void event(String name, String id, JsonNode data);
  }

  private final Events events;
  private final RecordParser lines;
  private String id = "";
  private String name = "";
  private Buffer data = Buffer.buffer();

  EventStream(Events events) {
    this.events = events;
    this.lines = RecordParser.newDelimited("\n", this::line);
    this.lines.maxRecordSize(MAX_LINE);
  }

  @Override
  public void handle(Buffer chunk) {
    lines.handle(chunk);
  }

  private void line(Buffer line) {
    String field = line.getString(0, Math.min(line.length(), 8));
    if (line.length() == 0) {
      dispatch();
    } else if (field.startsWith("data: ")) {
      data.appendBuffer(line.getBuffer(6, line.length()));
    } else if (field.startsWith("id: ")) {
      id = line.getString(4, line.length());
    } else if (field.startsWith("event: ")) {
      name = line.getString(7, line.length());
    }
  }

  private void dispatch() {
    if (data.length() > 0) {
      events.event(name, id, AnswerText.parse(data));
    } else if (!id.isEmpty()) {
      events.position(id);
    }
    id = "";
    name = "";
    data = Buffer.buffer();
  }
}
