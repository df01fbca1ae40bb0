package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node said of a group; the fields are those of {@link io.holdfast.mesh.GroupStatus}.
 *
 * @param json the whole answer
 */
public record GroupView(
    String group,
    int n,
    int w,
    String role,
    Optional<String> leader,
    String ballot,
    long chosen,
    long applied,
    long durable,
    long lag,
    long revision,
    long keys,
    String chainHash,
    List<String> problems,
    JsonNode json) {

  private static final double MIB = 1 << 20;

  static GroupView read(JsonNode json) {
    List<String> problems = new ArrayList<>();
    json.path("problems").forEach(problem -> problems.add(problem.asText()));
    String leader = json.path("leader").asText("");
    return new GroupView(
        json.path("group").asText(""),
        json.path("n").asInt(),
        json.path("w").asInt(),
        json.path("role").asText("?"),
        leader.isEmpty() || leader.equals("null") ? Optional.empty() : Optional.of(leader),
        json.path("ballot").asText("-"),
        json.path("chosen").asLong(),
        json.path("applied").asLong(),
        json.path("durable").asLong(),
        json.path("lag").asLong(),
        json.path("revision").asLong(),
        json.path("keys").asLong(),
        json.path("chainHash").asText(""),
        List.copyOf(problems),
        json);
  }

  /** Whether the node takes part in the group, so that its replica counts. */
  public boolean takesPart() {
    return !role.equals("removed") && !role.equals("outside");
  }

  /** Who votes, as the node knows it. */
  public List<String> members() {
    return DirectoryView.texts(json.path("members"));
  }

  /** How far a snapshot is that the node receives, in words that follow a name; empty if none. */
  public Optional<String> snapshot() {
    JsonNode snapshot = json.path("snapshot");
    return snapshot.isObject()
        ? Optional.of(
            ": receives the state at slot %d from %s, %.1f of about %.1f MiB"
                .formatted(
                    snapshot.path("slot").asLong(),
                    snapshot.path("from").asText("?"),
                    snapshot.path("receivedBytes").asLong() / MIB,
                    snapshot.path("aboutBytes").asLong() / MIB))
        : Optional.empty();
  }
}
