package io.holdfast.mesh.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a front door answered.
 *
 * @param status the HTTP status; 0 where there was no answer
 * @param header the response's headers
 * @param body its body; what went wrong where there was no answer
 */
record Answer(int status, Function<String, Optional<String>> header, String body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Answer of(HttpResponse<String> response) {
    return new Answer(
        response.statusCode(), name -> response.headers().firstValue(name), response.body());
  }

  static Answer none(Throwable why) {
    return new Answer(0, name -> Optional.empty(), why.toString());
  }

  /** The body as JSON; a missing node where it is not. */
  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** The outcome's name; empty for a value. */
  String code() {
    return json().path("code").asText("");
  }

  /** What the named member is said to have done; empty where it is not named. */
  String stateOf(String node) {
    JsonNode acks = json().has("acks") ? json().path("acks") : json();
    for (JsonNode member : acks.path("members")) {
      if (member.path("node").asText().equals(node)) {
        return member.path("state").asText();
      }
    }
    return "";
  }

  @Override
  public String toString() {
    return status + " " + body;
  }
}
