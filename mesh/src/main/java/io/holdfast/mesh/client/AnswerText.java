package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.config.core.NodeId;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.client.Exchange.Response;
import io.holdfast.quorum.core.AckReport;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the JSON bodies of the front door; a body that is not what it should be reads as absent.
 */
final class AnswerText {

  private static final ObjectMapper JSON = new ObjectMapper();

  private AnswerText() {}

  static JsonNode parse(Buffer body) {
    try {
      JsonNode tree = JSON.readTree(body.getBytes());
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (IOException notJson) {
      return MissingNode.getInstance(); // a proxy's page, say: the status still speaks
    }
  }

  /**
   * The outcome that a response states; without one, what its status means at the least: a server
   * error leaves the outcome unknown, anything else is a refusal.
   */
  static OutcomeCode code(Response response, JsonNode body) {
    String stated = body.path("code").asText("");
    for (OutcomeCode code : OutcomeCode.values()) {
      if (code.code().equals(stated)) {
        return code;
      }
    }
    return switch (response.status()) {
      case 200, 204 -> OutcomeCode.COMMITTED;
      case 202 -> OutcomeCode.IN_FLIGHT;
      case 401 -> OutcomeCode.UNAUTHENTICATED;
      case 403 -> OutcomeCode.DENIED;
      case 404 -> OutcomeCode.NOT_FOUND;
      case 413 -> OutcomeCode.TOO_LARGE;
      case 429 -> OutcomeCode.OVERLOADED;
      default -> response.status() >= 500 ? OutcomeCode.OUTCOME_UNKNOWN : OutcomeCode.INVALID;
    };
  }

  static String detail(Response response, JsonNode body) {
    String detail = body.path("detail").asText("");
    return detail.isEmpty() ? "HTTP status " + response.status() : detail;
  }

  static Optional<Duration> retryAfter(Response response) {
    String text = response.headers().get("Retry-After");
    if (text == null || !text.matches("\\d{1,6}")) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
  }

  static WriteAnswer writeAnswer(Response response, String writeId) {
    JsonNode body = parse(response.body());
    OutcomeCode code = code(response, body);
    String reason = body.path("reason").asText("");
    return new WriteAnswer(
        code,
        reason.isEmpty() ? Optional.empty() : Optional.of(reason),
        code == OutcomeCode.COMMITTED
            ? body.path("detail").asText("committed")
            : detail(response, body),
        body.path("writeId").asText(writeId),
        executed(body),
        acks(body),
        retryAfter(response));
  }

  private static Optional<WriteAnswer.Executed> executed(JsonNode body) {
    if (!body.path("slot").isIntegralNumber()) {
      return Optional.empty();
    }
    JsonNode revision = body.path("modRevision");
    return Optional.of(
        new WriteAnswer.Executed(
            body.path("slot").asLong(),
            revision.isIntegralNumber() ? OptionalLong.of(revision.asLong()) : OptionalLong.empty(),
            body.path("previousModRevision").asLong(0),
            body.path("replayed").asBoolean(false),
            RecordText.result(body)));
  }

  /** The acknowledgements: an object of their own when committed, members of the problem if not. */
  private static Optional<AckReport> acks(JsonNode body) {
    JsonNode acks = body.path("acks").isObject() ? body.path("acks") : body;
    if (!acks.path("n").isIntegralNumber() || !acks.path("w").isIntegralNumber()) {
      return Optional.empty();
    }
    List<AckReport.MemberAck> members = new ArrayList<>();
    for (JsonNode member : acks.path("members")) {
      String node = member.path("node").asText("");
      Optional<AckReport.State> state = state(member.path("state").asText(""));
      if (NodeId.isValid(node) && state.isPresent()) {
        members.add(
            new AckReport.MemberAck(
                new NodeId(node), state.get(), member.path("millis").asDouble(-1)));
      }
    }
    return Optional.of(
        new AckReport(
            acks.path("n").asInt(),
            acks.path("w").asInt(),
            acks.path("got").asInt(),
            acks.path("needed").asInt(),
            members));
  }

  private static Optional<AckReport.State> state(String code) {
    for (AckReport.State state : AckReport.State.values()) {
      if (state.code().equals(code)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
