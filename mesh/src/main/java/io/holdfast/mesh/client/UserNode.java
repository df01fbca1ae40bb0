package io.holdfast.mesh.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the background node of a user is found, as it has written itself when it began to serve.
 *
 * @param pid its process
 * @param started when that began, which tells it from a later process of the same number
 * @param endpoint its front door, on loopback
 * @param instance this start of the node, made at random
 * @param token what the front door asks for, made at random for this start
 * @param version of the software
 */
public record UserNode(
    long pid,
    Instant started,
    MeshEndpoint endpoint,
    String instance,
    BearerToken token,
    String version) {

  /** Systems tell start times of processes by a clock of theirs, which may be adjusted. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** When this process, or another one, began; the beginning of time where the system hides it. */
  public static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /** Its process; absent where that has ended. */
  Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process -> Duration.between(started, startOf(process)).abs().compareTo(TOLERANCE) <= 0);
  }

  String json() {
    return JSON.createObjectNode()
            .put("pid", pid)
            .put("started", started.toString())
            .put("endpoint", endpoint.toString())
            .put("instance", instance)
            .put("token", token.secret())
            .put("version", version)
            .toPrettyString()
        + "\n";
  }

  /** What {@link #json} has said; absent for other text. */
  static Optional<UserNode> parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return Optional.of(
          new UserNode(
              json.path("pid").asLong(),
              Instant.parse(json.path("started").asText()),
              MeshEndpoint.parse(json.path("endpoint").asText()),
              json.path("instance").asText(),
              new BearerToken(json.path("token").asText()),
              json.path("version").asText()));
    } catch (JsonProcessingException | RuntimeException notWrittenByANode) {
      return Optional.empty();
    }
  }
}
