package io.holdfast.chaos.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

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
    HALF_DONE
  }

  private record Held(String value, long version) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OFTEN = 4;
  private static final int SELDOM = 20;

  private final TreeMap<String, Held> values = new TreeMap<>();
  private final Map<String, String> outcomes = new HashMap<>();
  private final Random random;
  private final Bug bug;

  AtomicStore(Bug bug, long seed) {
    this.bug = bug;
    random = new Random(seed);
  }

  @Override
  public synchronized Answer post(String path, String json, String... headers) {
    boolean silent = random.nextInt(OFTEN) == 0;
    if (silent && random.nextBoolean()) {
      return lost();
    }
    String answer =
        path.startsWith("writes/") ? resolve(path.split("/", -1)[1]) : execute(json, headers[1]);
    boolean fenced = answer.contains("\"fenced\"");
    return silent ? lost() : new Answer(fenced ? 409 : 200, "", answer);
  }

  private static Answer lost() {
    return new Answer(503, "", "{\"code\":\"outcome_unknown\"}");
  }

  private String resolve(String id) {
    return outcomes.computeIfAbsent(id, unseen -> "{\"code\":\"fenced\"}");
  }

  private String execute(String json, String id) {
    String recorded = outcomes.get(id);
    boolean again = recorded != null && bug == Bug.DONE_AGAIN && json.contains("transfer/");
    if (recorded != null && !again) {
      return recorded;
    }
    String answer = transaction(parse(json), again).toString();
    outcomes.put(id, answer);
    return answer;
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
          put(operation.path("put"));
        }
        results.addObject().putObject("put");
      } else {
        records(results, operation.path("get").path("key").asText());
      }
    }
    return answer;
  }

  private void put(JsonNode put) {
    String key = put.path("key").asText();
    Held before = values.get(key);
    values.put(
        key, new Held(put.path("value").asText(), before == null ? 1 : before.version() + 1));
  }

  private void records(ArrayNode results, String key) {
    ArrayNode records = results.addObject().putObject("get").putArray("records");
    Held held = values.get(key);
    if (held != null) {
      records.addObject().put("key", key).put("value", held.value());
    }
  }

  /** A list of transfers, in pages of three. */
  @Override
  public synchronized Answer follow(String location) {
    String from = location.substring(location.indexOf("from=") + 5, location.indexOf("&to="));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode records = answer.putArray("records");
    String next = "";
    for (Map.Entry<String, Held> each : values.entrySet()) {
      if (each.getKey().compareTo(from.replace("%2F", "/")) < 0
          || !each.getKey().startsWith("transfer/")) {
        continue;
      }
      if (records.size() == 3) {
        next = each.getKey();
        break;
      }
      records.addObject().put("key", each.getKey()).put("version", each.getValue().version());
    }
    answer.put("more", !next.isEmpty()).put("next", next.replace("/", "%2F"));
    return new Answer(200, "", answer.toString());
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
