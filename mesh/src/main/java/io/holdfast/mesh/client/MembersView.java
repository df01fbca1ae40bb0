package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node said of who takes part in a group; the fields are those of {@link
 * io.holdfast.mesh.MembersStatus}.
 *
 * @param json the whole answer
 */
public record MembersView(
    String group,
    String node,
    String role,
    long configuration,
    long governsSince,
    int w,
    int prepareQuorum,
    Optional<String> leader,
    long chosen,
    List<Member> members,
    Optional<Next> next,
    boolean handedOver,
    String settings,
    JsonNode json) {

  /** A voter or learner. */
  public record Member(
      String node,
      String incarnation,
      boolean voter,
      boolean leader,
      boolean alive,
      long learned,
      long lag) {}

  /** A configuration that does not govern yet. */
  public record Next(
      long configuration, long governsFrom, int w, int prepareQuorum, List<Member> members) {}

  static MembersView read(JsonNode json) {
    JsonNode next = json.path("next");
    String leader = json.path("leader").asText("");
    return new MembersView(
        json.path("group").asText("?"),
        json.path("node").asText("?"),
        json.path("role").asText("?"),
        json.path("configuration").asLong(),
        json.path("governsSince").asLong(),
        json.path("w").asInt(),
        json.path("prepareQuorum").asInt(),
        json.path("leader").isTextual() ? Optional.of(leader) : Optional.empty(),
        json.path("chosen").asLong(),
        members(json.path("members")),
        next.isObject()
            ? Optional.of(
                new Next(
                    next.path("configuration").asLong(),
                    next.path("governsFrom").asLong(),
                    next.path("w").asInt(),
                    next.path("prepareQuorum").asInt(),
                    members(next.path("members"))))
            : Optional.empty(),
        json.path("handedOver").asBoolean(),
        json.path("settings").asText(""),
        json);
  }

  private static List<Member> members(JsonNode list) {
    List<Member> members = new ArrayList<>();
    for (JsonNode member : list) {
      members.add(
          new Member(
              member.path("node").asText("?"),
              member.path("incarnation").asText(""),
              member.path("role").asText("").equals("voter"),
              member.path("leader").asBoolean(),
              member.path("alive").asBoolean(),
              member.path("learned").asLong(),
              member.path("lag").asLong()));
    }
    return List.copyOf(members);
  }

  /** The number of the last change, whose configuration may not govern yet. */
  public long newestNumber() {
    return next.map(Next::configuration).orElse(configuration);
  }

  /** Voters and learners after the last change. */
  public List<Member> newest() {
    return next.map(Next::members).orElse(members);
  }

  /** Whether the node that says this takes part itself, so that it may know. */
  public boolean fromWithin() {
    return !role.equals("removed") && !role.equals("outside");
  }
}
