package io.holdfast.mesh.http;

import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.ChangesAnswer;
import io.holdfast.mesh.ChangesRequest;
import io.holdfast.mesh.Mesh;
import io.holdfast.mesh.core.WatchCursor;
import io.holdfast.mesh.core.WatchPosition;
import io.holdfast.sync.core.Caller;
import io.holdfast.sync.core.Change;
import io.holdfast.sync.core.KeyRange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One who watches. It pulls: the next changes are asked for only when all that was written has left
 * for the socket, so a watcher that is slow holds one chunk and its cursor, and one that stays slow
 * is cut off. On the event loop of its connection only.
 */
final class Watch implements Exchange.Stream {

  /** A watcher hears at least so often. */
  static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private static final Buffer HEARTBEAT_COMMENT = Buffer.buffer(":\n\n");

  private final Exchange exchange;
  private final Mesh mesh;
  private final GroupId group;
  private final KeyRange keys;
  private final Caller caller;
  private final HttpLimits limits;
  private final StreamTimer timer;
  private final WatchCursor cursor;
  private Runnable onEnd = () -> {};
  private String told = "";

  Watch(
      Exchange exchange,
      Mesh mesh,
      GroupId group,
      KeyRange keys,
      long fromPlace,
      Caller caller,
      HttpLimits limits) {
    this.exchange = exchange;
    this.mesh = mesh;
    this.group = group;
    this.keys = keys;
    this.caller = caller;
    this.limits = limits;
    this.timer = new StreamTimer(exchange);
    this.cursor = new WatchCursor(fromPlace);
  }

  /**
   * Tells the first changes and goes on from there.
   *
   * @param ended run once this watch has ended, in whatever way
   */
  void begin(ChangesAnswer.Next first, Runnable ended) {
    onEnd = ended;
    exchange.stream(this);
    exchange
        .response()
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    tell(first);
  }

  // ---- The cycle: ask, tell, wait until it has left

  private void ask() {
    // A replica that says nothing at all is as good as none.
    timer.start(
        HEARTBEAT.plus(limits.requestTimeout()),
        () -> end(OutcomeCode.NOT_READY, "this node gave no answer", 0));
    exchange.await(
        mesh.changes(new ChangesRequest(group, cursor.nextPlace(), keys, HEARTBEAT, caller)),
        answer -> {
          timer.stop();
          if (answer instanceof ChangesAnswer.Next next) {
            tell(next);
          } else if (answer instanceof ChangesAnswer.Compacted compacted) {
            end(
                OutcomeCode.COMPACTED,
                "the history is compacted beyond this position",
                compacted.oldest());
          } else if (answer instanceof ChangesAnswer.Refused refused) {
            end(refused.code(), refused.detail(), 0);
          }
        });
  }

  private void tell(ChangesAnswer.Next next) {
    Buffer text = Buffer.buffer();
    for (WatchCursor.Event event : cursor.on(next)) {
      append(text, event);
    }
    String position = cursor.position();
    if (!position.equals(told)) {
      // Also where nothing was wanted: who resumes need not pass it again.
      text.appendString("id: " + position + "\n\n");
      told = position;
    }
    write(text.length() == 0 ? HEARTBEAT_COMMENT : text);
  }

  private void write(Buffer text) {
    timer.start(limits.watchDrainTimeout(), this::cutSlow);
    exchange
        .response()
        .write(text)
        .onComplete(
            written -> {
              if (exchange.ended()) {
                return;
              }
              timer.stop();
              if (written.succeeded()) {
                ask();
              } else {
                exchange.cut();
              }
            });
  }

  private static void append(Buffer text, WatchCursor.Event event) {
    text.appendString("id: ")
        .appendString(WatchPosition.before(event.nextPlace()))
        .appendString("\nevent: changes\ndata: ")
        .appendBuffer(json(event))
        .appendString("\n\n");
  }

  private static Buffer json(WatchCursor.Event event) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeNumberField("revision", event.revision());
          json.writeArrayFieldStart("changes");
          for (Change change : event.changes()) {
            json.writeStartObject();
            json.writeStringField("type", change.isDelete() ? "delete" : "put");
            ResultJson.writeBytes(json, "key", change.key());
            if (change.value() != null) {
              ResultJson.writeBytes(json, "value", change.value());
            }
            json.writeNumberField("createRevision", change.createRevision());
            json.writeNumberField("modRevision", change.modRevision());
            json.writeNumberField("version", change.version());
            json.writeNumberField("lease", change.lease());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeBooleanField("last", event.last());
          json.writeEndObject();
        });
  }

  // ---- The end

  @Override
  public void drain() {
    exchange.finish(lastWords(OutcomeCode.NOT_READY.code(), "this node is stopping", 0));
  }

  @Override
  public void ended() {
    timer.stop();
    onEnd.run();
  }

  private void end(OutcomeCode code, String detail, long oldestRevision) {
    if (!exchange.ended()) {
      exchange.refusedMidway(code.code(), detail);
    }
    exchange.finish(lastWords(code.code(), detail, oldestRevision));
  }

  /** Its last words may never arrive; what did arrive says where to resume. */
  private void cutSlow() {
    String detail = "nothing was read for " + limits.watchDrainTimeout().toMillis() + " ms";
    exchange.refusedMidway("slow", detail);
    var unused = exchange.response().write(lastWords("slow", detail, 0));
    exchange.cut();
  }

  private Buffer lastWords(String code, String detail, long oldestRevision) {
    Buffer data =
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("code", code);
              json.writeStringField("detail", detail);
              json.writeStringField("resume", cursor.position());
              if (oldestRevision > 0) {
                json.writeNumberField("oldestRevision", oldestRevision);
              }
              json.writeEndObject();
            });
    return Buffer.buffer("event: end\ndata: ".getBytes(StandardCharsets.UTF_8))
        .appendBuffer(data)
        .appendString("\n\n");
  }
}
