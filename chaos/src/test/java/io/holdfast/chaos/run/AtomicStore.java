package io.holdfast.chaos.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.live.Answer;
import io.holdfast.chaos.live.FrontDoor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A front door that keeps values in memory, one step at a time, and remembers write ids. Of some
 * requests it tells nothing, whether it has done them or not. It can be told to go wrong.
 */
final class AtomicStore implements FrontDoor {

  /** What it does wrong. */
  enum Bug {
    NONE,
    /** A write id is forgotten, so what is sent again is done again, guards or not. */
    DONE_AGAIN,
    /** Many guards are not looked at. */
    GUARD_IGNORED,
    /** Some second puts of a transaction are left out. */
    HALF_DONE,
    /** Some reads of single keys tell what was there before the last write. */
    STALE,
    /** Some writes are acknowledged and not done. */
    LOST,
    /** Some writes that are done are said to be fenced. */
    DONE_AND_FENCED
  }

  private record Held(String value, long version) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OFTEN = 4;
  private static final int SELDOM = 20;

  private final TreeMap<String, Held> values = new TreeMap<>();
  private final Map<String, String> before = new HashMap<>();
  private final Map<String, String> outcomes = new HashMap<>();
  private final Random random;
  private final Bug bug;

  AtomicStore(Bug bug, long seed) {
    this.bug = bug;
    random = new Random(seed);
  }

  @Override
  public synchronized Answer ask(String method, String path, String body, String... headers) {
    String inGroup = path.substring(path.startsWith(groupPath()) ? groupPath().length() : 0);
    if (method.equals("GET")) {
      return read(inGroup);
    }
    boolean silent = random.nextInt(OFTEN) == 0;
    if (silent && random.nextBoolean()) {
      return lost();
    }
    String answer =
        inGroup.startsWith("writes/")
            ? resolve(inGroup.split("/", -1)[1])
            : execute(method, inGroup, body, headers[1]);
    boolean fenced = answer.contains("\"fenced\"");
    return silent ? lost() : new Answer(fenced ? 409 : 200, "", answer);
  }

  private Answer read(String path) {
    if (path.startsWith("/v1/writes/")) {
      String said = outcomes.get(path.substring("/v1/writes/".length()));
      return said == null
          ? new Answer(404, "", "{\"code\":\"not_found\"}")
          : new Answer(200, "", said);
    }
    if (path.startsWith("keys?")) {
      return new Answer(200, "", list(parameters(path)).toString());
    }
    String key = key(path);
    boolean stale = bug == Bug.STALE && random.nextInt(OFTEN) == 0 && before.containsKey(key);
    Held held = values.get(key);
    if (stale) {
      return new Answer(200, "", String.valueOf(before.get(key)));
    }
    return held == null
        ? new Answer(404, "", "{\"code\":\"not_found\"}")
        : new Answer(200, "", held.value());
  }

  private static String key(String path) {
    return URLDecoder.decode(path.substring("keys/".length()), StandardCharsets.UTF_8);
  }

  private static Map<String, String> parameters(String path) {
    Map<String, String> parameters = new HashMap<>();
    for (String each : path.substring("keys?".length()).split("&", -1)) {
      String[] pair = each.split("=", -1);
      parameters.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static Answer lost() {
    return new Answer(503, "", "{\"code\":\"outcome_unknown\"}");
  }

  private String resolve(String id) {
    String fenced = "{\"code\":\"fenced\"}";
    boolean wrong = bug == Bug.DONE_AND_FENCED && random.nextInt(OFTEN) == 0;
    return wrong ? fenced : outcomes.computeIfAbsent(id, unseen -> fenced);
  }

  private String execute(String method, String path, String body, String id) {
    String recorded = outcomes.get(id);
    boolean again = recorded != null && bug == Bug.DONE_AGAIN;
    if (recorded != null && !again) {
      return recorded;
    }
    String answer =
        path.equals("txn")
            ? transaction(parse(body), again).toString()
            : single(key(path), method.equals("DELETE") ? null : body);
    outcomes.put(id, answer);
    return answer;
  }

  private String single(String key, @Nullable String value) {
    put(key, value);
    return "{\"code\":\"committed\"}";
  }

  private ObjectNode transaction(JsonNode json, boolean again) {
    boolean holds = true;
    for (JsonNode condition : json.path("compare")) {
      String prefix = condition.path("prefix").asText();
      String key =
          prefix.isEmpty() || values.ceilingKey(prefix) == null
              ? condition.path("key").asText()
              : values.ceilingKey(prefix);
      Held held = key.startsWith(prefix) ? values.get(key) : null;
      boolean one =
          condition.has("present")
              ? condition.path("present").asBoolean() == (held != null)
              : held != null && held.value().equals(condition.path("value").asText());
      holds &= one;
    }
    holds |= again || (bug == Bug.GUARD_IGNORED && random.nextInt(OFTEN) == 0);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("code", "committed").put("succeeded", holds);
    ArrayNode results = answer.putArray("results");
    int puts = 0;
    for (JsonNode operation : json.path(holds ? "then" : "else")) {
      if (operation.has("put")) {
        puts++;
        boolean left = bug == Bug.HALF_DONE && puts == 2 && random.nextInt(SELDOM) == 0;
        if (!left) {
          put(
              operation.path("put").path("key").asText(),
              operation.path("put").path("value").asText());
        }
        results.addObject().putObject("put");
      } else {
        records(results, operation.path("get").path("key").asText());
      }
    }
    return answer;
  }

  private void put(String key, @Nullable String value) {
    Held held = values.get(key);
    if (held != null) {
      before.put(key, held.value());
    }
    if (bug == Bug.LOST && random.nextInt(SELDOM) == 0) {
      return;
    }
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, new Held(value, held == null ? 1 : held.version() + 1));
    }
  }

  private void records(ArrayNode results, String key) {
    ArrayNode records = results.addObject().putObject("get").putArray("records");
    Held held = values.get(key);
    if (held != null) {
      records.addObject().put("key", key).put("value", held.value());
    }
  }

  /** A range, in pages of three where it has a limit. */
  private ObjectNode list(Map<String, String> wanted) {
    String prefix = wanted.getOrDefault("prefix", "");
    String from = wanted.getOrDefault("from", prefix);
    String to = wanted.getOrDefault("to", prefix + "\uffff");
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode records = answer.putArray("records");
    String next = "";
    for (Map.Entry<String, Held> each : values.subMap(from, to).entrySet()) {
      if (wanted.containsKey("limit") && records.size() == 3) {
        next = each.getKey();
        break;
      }
      records
          .addObject()
          .put("key", each.getKey())
          .put("value", each.getValue().value())
          .put("version", each.getValue().version());
    }
    return answer.put("more", !next.isEmpty()).put("next", next.replace("/", "%2F"));
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
