package io.holdfast.quorum;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.quorum.core.InvalidPolicy;
import io.holdfast.quorum.core.QuorumPolicy;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.List;

/**
 * A quorum policy as JSON: {@code {"n":3,"w":2,"ackTimeout":"PT2S","clockSkewWarn":"PT30S"}},
 * fields always in this order, durations in ISO 8601. Reading is strict: every field must be there
 * once, with its type, and no other.
 */
public final class QuorumPolicyJson {

  private static final String N = "n";
  private static final String W = "w";
  private static final String ACK_TIMEOUT = "ackTimeout";
  private static final String CLOCK_SKEW_WARN = "clockSkewWarn";
  private static final List<String> FIELDS = List.of(N, W, ACK_TIMEOUT, CLOCK_SKEW_WARN);

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private QuorumPolicyJson() {}

  /** The policy on one line; the same policy always gives the same text. */
  public static String write(QuorumPolicy policy) {
    ObjectNode json = JSON.createObjectNode();
    json.put(N, policy.n());
    json.put(W, policy.w());
    json.put(ACK_TIMEOUT, policy.ackTimeout().toString());
    json.put(CLOCK_SKEW_WARN, policy.clockSkewWarn().toString());
    return json.toString();
  }

  /**
   * Reads a policy. As everywhere, a w outside 1..n is clamped.
   *
   * @throws InvalidPolicy naming the field, its value and what is allowed
   */
  public static QuorumPolicy read(String text) {
    JsonNode json = parse(text);
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw new InvalidPolicy(name + ": unknown field; allowed are " + FIELDS);
      }
    }
    return new QuorumPolicy(
        integer(json, N),
        integer(json, W),
        duration(json, ACK_TIMEOUT),
        duration(json, CLOCK_SKEW_WARN));
  }

  private static JsonNode parse(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidPolicy("not a JSON object: " + e.getOriginalMessage());
    }
    if (!json.isObject()) {
      throw new InvalidPolicy("a policy is a JSON object with the fields " + FIELDS);
    }
    return json;
  }

  private static JsonNode field(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new InvalidPolicy(name + ": missing");
    }
    return value;
  }

  private static int integer(JsonNode json, String name) {
    JsonNode value = field(json, name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new InvalidPolicy(name + " = " + value + ": must be a whole number");
    }
    return value.intValue();
  }

  private static Duration duration(JsonNode json, String name) {
    JsonNode value = field(json, name);
    try {
      if (value.isTextual()) {
        return Duration.parse(value.textValue());
      }
    } catch (DateTimeParseException e) {
      throw notADuration(name, value);
    }
    throw notADuration(name, value);
  }

  private static InvalidPolicy notADuration(String name, JsonNode value) {
    return new InvalidPolicy(
        name + " = " + value + ": must be an ISO 8601 duration such as \"PT2S\"");
  }
}
