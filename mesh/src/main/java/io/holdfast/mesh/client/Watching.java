package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.client.Exchange.Request;
import io.holdfast.mesh.client.Exchange.Response;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A watch that outlives the nodes that serve it: it remembers the position of the last event that
 * came whole, and resumes there at the next endpoint. So every change is told once.
 */
public final class Watching implements AutoCloseable {

  /** Three heartbeats of the front door. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final Exchange exchange;
  private final Preference preference;
  private final ClientSettings settings;
  private final RandomGenerator random;
  private final WatchRequest watch;
  private final WatchListener listener;
  private Optional<String> position = Optional.empty();
  private @Nullable Connection current;
  private boolean ended;
  private int failures;
  private int unknownGroup;
  private long aloneSinceNanos = System.nanoTime();

  Watching(
      Exchange exchange,
      Preference preference,
      ClientSettings settings,
      RandomGenerator random,
      WatchRequest watch,
      WatchListener listener) {
    this.exchange = exchange;
    this.preference = preference;
    this.settings = settings;
    this.random = random;
    this.watch = watch;
    this.listener = listener;
  }

  void start() {
    exchange.context().runOnContext(ignored -> connect());
  }

  /** Ends it; the listener is told nothing more once this has taken effect. */
  @Override
  public void close() {
    exchange
        .context()
        .runOnContext(
            ignored -> {
              ended = true;
              if (current != null) {
                current.drop();
              }
            });
  }

  private void connect() {
    if (ended) {
      return;
    }
    MeshEndpoint endpoint = preference.current();
    Connection connection = new Connection(endpoint);
    current = connection;
    connection.open();
  }

  private Request request() {
    List<String> query = new ArrayList<>();
    watch.from().ifPresent(from -> query.add("from=" + from));
    watch.key().ifPresent(key -> query.add("key=" + KeyPath.escaped(key)));
    watch.prefix().ifPresent(prefix -> query.add("prefix=" + KeyPath.escaped(prefix)));
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "text/event-stream");
    position.ifPresent(after -> headers.put("Last-Event-ID", after));
    return new Request(
        HttpMethod.GET,
        "/v1/groups/" + watch.group() + "/watch" + WriteForm.text(query),
        headers,
        Optional.empty());
  }

  private void elsewhere(MeshEndpoint endpoint, String what) {
    if (ended) {
      return;
    }
    listener.interrupted(endpoint, what);
    preference.avoid(endpoint);
    long alone = System.nanoTime() - aloneSinceNanos;
    if (alone > settings.deadline().toNanos()) {
      end(Optional.empty(), "no node served the watch (last: " + endpoint + ": " + what + ")", 0);
      return;
    }
    failures++;
    long wait = settings.backoff().before(failures, random).toMillis();
    exchange.context().owner().setTimer(Math.max(1, wait), fired -> connect());
  }

  private void end(Optional<OutcomeCode> code, String detail, long oldestRevision) {
    if (!ended) {
      ended = true;
      listener.ended(code, detail, oldestRevision);
    }
  }

  /** One request to one endpoint and the events that come. */
  private final class Connection implements EventStream.Events {

    private final MeshEndpoint endpoint;
    private final EventStream stream = new EventStream(this);
    private @Nullable HttpClientResponse response;
    private boolean over;
    private long timer = -1;

    Connection(MeshEndpoint endpoint) {
      this.endpoint = endpoint;
    }

    void open() {
      expectSomething();
      exchange
          .open(endpoint, request())
          .onSuccess(this::onResponse)
          .onFailure(failure -> lost(Exchange.describe(failure)));
    }

    private void onResponse(HttpClientResponse opened) {
      response = opened;
      if (over) {
        drop();
      } else if (opened.statusCode() != 200) {
        opened
            .body()
            .onSuccess(body -> onProblem(new Response(opened.statusCode(), opened.headers(), body)))
            .onFailure(failure -> lost(Exchange.describe(failure)));
      } else {
        preference.prefer(endpoint);
        opened.exceptionHandler(failure -> lost(Exchange.describe(failure)));
        opened.endHandler(ignored -> lost("the stream ended"));
        opened.handler(this::onBytes);
      }
    }

    private void onBytes(Buffer bytes) {
      if (!over && !ended) {
        expectSomething();
        failures = 0;
        stream.handle(bytes);
        aloneSinceNanos = System.nanoTime();
      }
    }

    private void onProblem(Response problem) {
      if (over || ended) {
        return;
      }
      JsonNode body = AnswerText.parse(problem.body());
      OutcomeCode code = AnswerText.code(problem, body);
      String detail = AnswerText.detail(problem, body);
      over = true;
      stopTimer();
      boolean askOthers =
          code == OutcomeCode.UNKNOWN_GROUP && ++unknownGroup < settings.endpoints().size();
      if (code.retryable() || problem.status() >= 500 || askOthers) {
        elsewhere(endpoint, code.code() + ": " + detail);
      } else {
        end(Optional.of(code), detail, body.path("oldestRevision").asLong(0));
      }
    }

    @Override
    public void position(String id) {
      position = Optional.of(id);
    }

    @Override
    public void event(String name, String id, JsonNode data) {
      if (ended || over) {
        return;
      }
      if (name.equals("changes")) {
        position = Optional.of(id);
        List<WatchListener.Changed> changes = new ArrayList<>();
        data.path("changes").forEach(change -> changes.add(changed(change)));
        listener.changes(
            data.path("revision").asLong(), changes, id, data.path("last").asBoolean());
      } else if (name.equals("end")) {
        onEnd(data);
      }
    }

    private void onEnd(JsonNode data) {
      String code = data.path("code").asText();
      String detail = data.path("detail").asText();
      drop();
      if (code.equals(OutcomeCode.COMPACTED.code())) {
        end(Optional.of(OutcomeCode.COMPACTED), detail, data.path("oldestRevision").asLong(0));
      } else {
        elsewhere(endpoint, code + ": " + detail);
      }
    }

    private WatchListener.Changed changed(JsonNode change) {
      Optional<ByteString> value =
          change.path("type").asText().equals("put")
              ? Optional.of(RecordText.bytes(change, "value"))
              : Optional.empty();
      return new WatchListener.Changed(
          RecordText.bytes(change, "key"),
          value,
          change.path("createRevision").asLong(),
          change.path("modRevision").asLong(),
          change.path("version").asLong());
    }

    private void lost(String what) {
      if (!over) {
        drop();
        elsewhere(endpoint, what);
      }
    }

    /** Nothing that comes from here counts any more. */
    void drop() {
      over = true;
      stopTimer();
      if (response != null) {
        response.request().connection().close();
      }
    }

    private void expectSomething() {
      stopTimer();
      timer =
          exchange
              .context()
              .owner()
              .setTimer(SILENCE.toMillis(), fired -> lost("nothing came for " + SILENCE));
    }

    private void stopTimer() {
      if (timer != -1) {
        exchange.context().owner().cancelTimer(timer);
        timer = -1;
      }
    }
  }
}
