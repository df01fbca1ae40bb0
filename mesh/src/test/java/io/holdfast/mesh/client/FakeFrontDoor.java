package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A front door that keeps values in memory and behaves as told: the next requests can be answered
 * with a problem, with silence, or with a broken connection. It remembers write ids as a mesh does.
 */
public final class FakeFrontDoor implements AutoCloseable {

  /** A write as it arrived. */
  public record Seen(String method, String path, String writeId, String body) {}

  private record Stored(String value, long createRevision, long modRevision, long version) {}

  private record Canned(int status, String body, boolean effect) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final Map<String, Stored> values = new HashMap<>();
  private final Map<String, String> outcomes = new HashMap<>();
  private final Deque<Canned> canned = new ArrayDeque<>();
  private final List<Seen> seen = new ArrayList<>();
  private String leader = "n1";
  private long revision;

  private FakeFrontDoor(HttpServer server) {
    this.server = server;
  }

  /** A front door on a free port. */
  public static FakeFrontDoor start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      FakeFrontDoor door = new FakeFrontDoor(server);
      server.setExecutor(door.threads);
      server.createContext("/", door::handle);
      server.start();
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public MeshEndpoint endpoint() {
    return new MeshEndpoint("127.0.0.1", server.getAddress().getPort());
  }

  /** Answers the next write with a problem of this code. */
  public synchronized FakeFrontDoor refuse(int status, String code) {
    canned.add(new Canned(status, problem(code), false));
    return this;
  }

  /** Answers the next write with these bytes. */
  public synchronized FakeFrontDoor answer(int status, String body) {
    canned.add(new Canned(status, body, false));
    return this;
  }

  /** Executes the next write and closes the connection without a word. */
  public synchronized FakeFrontDoor executeAndHangUp() {
    canned.add(new Canned(-1, "", true));
    return this;
  }

  /** The writes that arrived, in order. */
  public synchronized List<Seen> writes() {
    return List.copyOf(seen);
  }

  /** What a key holds. */
  public synchronized Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key)).map(Stored::value);
  }

  /** How often a key was written. */
  public synchronized long version(String key) {
    return Optional.ofNullable(values.get(key)).map(Stored::version).orElse(0L);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange http) throws IOException {
    URI uri = http.getRequestURI();
    byte[] body = http.getRequestBody().readAllBytes();
    String path = uri.getPath();
    if (path.equals("/v1/status")) {
      reply(http, 200, status());
    } else if (path.equals("/v1/groups/main")) {
      reply(http, 200, group());
    } else if (path.startsWith("/v1/writes/")) {
      String outcome = outcome(path.substring("/v1/writes/".length()));
      reply(
          http, outcome.isEmpty() ? 404 : 200, outcome.isEmpty() ? problem("not_found") : outcome);
    } else if (path.startsWith("/v1/groups/main/keys/")) {
      String key = path.substring("/v1/groups/main/keys/".length());
      if (http.getRequestMethod().equals("GET")) {
        read(http, key);
      } else {
        write(http, key, new String(body, StandardCharsets.UTF_8));
      }
    } else if (path.equals("/v1/groups/main/txn")) {
      reply(http, 200, transaction(new ObjectMapper().readTree(body)));
    } else {
      reply(http, 404, problem("not_found"));
    }
  }

  /** Compares values and presence, puts and gets single keys. */
  private synchronized String transaction(JsonNode json) {
    boolean holds = true;
    for (JsonNode condition : json.path("compare")) {
      Stored held = values.get(condition.path("key").asText());
      holds &=
          condition.has("present")
              ? condition.path("present").asBoolean() == (held != null)
              : held != null && held.value().equals(condition.path("value").asText());
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("code", "committed").put("succeeded", holds).put("revision", revision);
    ArrayNode results = answer.putArray("results");
    for (JsonNode operation : json.path(holds ? "then" : "else")) {
      if (operation.has("put")) {
        JsonNode put = operation.path("put");
        revision++;
        values.put(
            put.path("key").asText(),
            new Stored(put.path("value").asText(), revision, revision, 1));
        results.addObject().putObject("put");
      } else {
        String key = operation.path("get").path("key").asText();
        ArrayNode records = results.addObject().putObject("get").putArray("records");
        value(key).ifPresent(held -> records.addObject().put("key", key).put("value", held));
      }
    }
    return answer.toString();
  }

  private void write(HttpExchange http, String key, String body) throws IOException {
    String id =
        Optional.ofNullable(http.getRequestHeaders().getFirst("Idempotency-Key")).orElse("");
    String match = Optional.ofNullable(http.getRequestHeaders().getFirst("If-Match")).orElse("");
    boolean absent = http.getRequestHeaders().containsKey("If-None-Match");
    Canned next;
    String answer = "";
    int status = 200;
    synchronized (this) {
      seen.add(new Seen(http.getRequestMethod(), key, id, body));
      next = canned.poll();
      if (next == null || next.effect()) {
        Stored before = values.get(key);
        long had = before == null ? 0 : before.modRevision();
        if ((absent && had != 0) || (!match.isEmpty() && !match.equals("\"" + had + "\""))) {
          status = 412;
          answer = problem("compare_failed");
        } else {
          answer = execute(http.getRequestMethod(), key, id, body, before);
        }
      }
    }
    if (next == null) {
      reply(http, status, answer);
    } else if (next.status() < 0) {
      http.close();
    } else {
      reply(http, next.status(), next.body());
    }
  }

  private String execute(
      String method, String key, String id, String body, @Nullable Stored before) {
    String recorded = id.isEmpty() ? null : outcomes.get(id);
    if (recorded != null) {
      return recorded.replace("\"replayed\":false", "\"replayed\":true");
    }
    long had = before == null ? 0 : before.modRevision();
    String taken = "null";
    if (method.equals("PUT")) {
      revision++;
      taken = Long.toString(revision);
      values.put(
          key,
          before == null
              ? new Stored(body, revision, revision, 1)
              : new Stored(body, before.createRevision(), revision, before.version() + 1));
    } else if (before != null) {
      revision++;
      taken = Long.toString(revision);
      values.remove(key);
    }
    String answer =
        "{\"code\":\"committed\",\"writeId\":\""
            + id
            + "\",\"slot\":"
            + (revision + 1)
            + ",\"modRevision\":"
            + taken
            + ",\"previousModRevision\":"
            + had
            + ",\"replayed\":false,\"acks\":{\"n\":3,\"w\":2,\"got\":2,\"needed\":0,\"members\":["
            + "{\"node\":\"n1\",\"state\":\"acked\",\"millis\":0.4}]}}";
    outcomes.put(id, answer);
    return answer;
  }

  private synchronized String outcome(String id) {
    return outcomes.getOrDefault(id, "");
  }

  private void read(HttpExchange http, String key) throws IOException {
    Stored stored;
    synchronized (this) {
      stored = values.get(key);
      http.getResponseHeaders().set("Holdfast-Slot", Long.toString(revision + 1));
      http.getResponseHeaders().set("Holdfast-Revision", Long.toString(revision));
    }
    if (stored == null) {
      reply(http, 404, problem("not_found"));
      return;
    }
    http.getResponseHeaders().set("Holdfast-Mod-Revision", Long.toString(stored.modRevision()));
    http.getResponseHeaders()
        .set("Holdfast-Create-Revision", Long.toString(stored.createRevision()));
    http.getResponseHeaders().set("Holdfast-Version", Long.toString(stored.version()));
    reply(http, 200, stored.value());
  }

  private synchronized String group() {
    return "{\"group\":\"main\",\"n\":3,\"w\":2,\"prepareQuorum\":2,\"members\":[\"n1\"],\"role\":\"leading\","
        + "\"leader\":\""
        + leader
        + "\",\"ballot\":\"1.n1\",\"chosen\":7,\"applied\":7,\"durable\":7,\"lag\":0,\"revision\":"
        + revision
        + ",\"keys\":1,\"chainHash\":\"abcdef0123\",\"problems\":[]}";
  }

  private String status() {
    return "{\"node\":\"n1\",\"mesh\":\"holdfast\",\"version\":\"1\",\"state\":\"running\",\"httpAddr\":\""
        + endpoint()
        + "\",\"uptimeMillis\":12500,\"peers\":[],\"groups\":["
        + group()
        + "]}";
  }

  private static String problem(String code) {
    return "{\"code\":\"" + code + "\",\"detail\":\"as the test wants it\",\"status\":0}";
  }

  private static void reply(HttpExchange http, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      http.getResponseBody().write(bytes);
    }
    http.close();
  }
}
