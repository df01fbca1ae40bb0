package io.holdfast.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.chaos.live.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A transaction as the front door takes it, and what it says came of one. */
final class TransactionForm {

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode compare = json.putArray("compare");
  private final ArrayNode then = json.putArray("then");
  private final ArrayNode otherwise = json.putArray("else");

  /** The key must hold {@code value}; empty: it must not be there. */
  TransactionForm ifHolds(String key, Optional<String> value) {
    ObjectNode condition = compare.addObject().put("key", key);
    value.ifPresentOrElse(
        held -> condition.put("value", held).put("is", "="), () -> condition.put("present", false));
    return this;
  }

  /** There must be no key that begins like this. */
  TransactionForm ifNoneBegins(String prefix) {
    compare.addObject().put("prefix", prefix).put("present", false);
    return this;
  }

  TransactionForm put(String key, String value) {
    then.addObject().putObject("put").put("key", key).put("value", value);
    return this;
  }

  TransactionForm get(String key) {
    then.addObject().putObject("get").put("key", key);
    return this;
  }

  TransactionForm elseGet(String key) {
    otherwise.addObject().putObject("get").put("key", key);
    return this;
  }

  String json() {
    return json.toString();
  }

  /** Whether the conditions held; empty where the answer does not say so. */
  static Optional<Boolean> succeeded(Answer answer) {
    JsonNode said = answer.json().path("succeeded");
    return answer.status() == 200 && said.isBoolean()
        ? Optional.of(said.asBoolean())
        : Optional.empty();
  }

  /** What each get found, in order. */
  static List<Optional<String>> found(Answer answer) {
    List<Optional<String>> found = new ArrayList<>();
    for (JsonNode result : answer.json().path("results")) {
      JsonNode get = result.path("get");
      if (get.isObject()) {
        JsonNode value = get.path("records").path(0).path("value");
        found.add(value.isTextual() ? Optional.of(value.asText()) : Optional.empty());
      }
    }
    return found;
  }

  /** The same by key; nothing where an answer, a replay say, has no results. */
  static Map<String, Optional<String>> found(Answer answer, List<String> keys) {
    List<Optional<String>> found = found(answer);
    Map<String, Optional<String>> byKey = new LinkedHashMap<>();
    for (int i = 0; i < keys.size() && found.size() == keys.size(); i++) {
      byKey.put(keys.get(i), found.get(i));
    }
    return byKey;
  }
}
