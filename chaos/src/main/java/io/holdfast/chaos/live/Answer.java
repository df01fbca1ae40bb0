package io.holdfast.chaos.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a front door answered.
 *
 * @param status the HTTP status; 0 where there was no answer
 * @param location where the outcome can be asked for; empty where that was not said
 * @param body its body; what went wrong where there was no answer
 */
public record Answer(int status, String location, String body) {

  /**
   * What a member is said to have done.
   *
   * @param millis after the first Accept; -1 for one that is silent
   */
  public record Member(String node, String state, double millis) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  static Answer of(HttpResponse<String> response) {
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("location").orElse(""),
        response.body());
  }

  static Answer none(Throwable why) {
    return new Answer(0, "", why.toString());
  }

  /** The body as JSON; a missing node where it is not. */
  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** Whether it says anything about what was asked: 503 does not, nor does silence. */
  public boolean isKnown() {
    return status != 503 && status != 0;
  }

  /** The outcome's name; empty for a value and where there was no answer. */
  public String code() {
    return json().path("code").asText("");
  }

  /** The reason of {@code quorum_not_met}, else the code: what a trial expects. */
  public String verdict() {
    JsonNode json = json();
    return json.path("reason").asText(json.path("code").asText("no answer"));
  }

  /** The acknowledgements, wherever they stand in the answer. */
  private JsonNode acks() {
    JsonNode json = json();
    return json.has("acks") ? json.path("acks") : json;
  }

  /** A number of the acknowledgements: n, w, got, needed; -1 where it is not said. */
  public int count(String name) {
    return acks().path(name).asInt(-1);
  }

  /** What each member is said to have done. */
  public List<Member> members() {
    List<Member> members = new ArrayList<>();
    for (JsonNode member : acks().path("members")) {
      members.add(
          new Member(
              member.path("node").asText(),
              member.path("state").asText(),
              member.path("millis").asDouble(-1)));
    }
    return members;
  }

  /** What the named member is said to have done; empty where it is not named. */
  public String stateOf(LiveNode node) {
    return members().stream()
        .filter(member -> member.node().equals(node.id()))
        .map(Member::state)
        .findFirst()
        .orElse("");
  }

  /** Each member's state, by name. */
  Map<String, String> states() {
    return members().stream()
        .collect(
            Collectors.toMap(Member::node, Member::state, (one, other) -> other, TreeMap::new));
  }

  @Override
  public String toString() {
    return status + " " + body;
  }
}
