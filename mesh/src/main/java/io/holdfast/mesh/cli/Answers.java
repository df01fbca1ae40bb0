package io.holdfast.mesh.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.holdfast.config.core.OutcomeCode;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.client.CallResult;
import io.holdfast.mesh.client.Trail;
import io.holdfast.mesh.http.ResultJson;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.sync.core.CommandResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** Tells the answers of a mesh to a person or a script. */
final class Answers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Answers() {}

  /** What writes an object. */
  interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /** The object that {@code whole} writes. */
  static ObjectNode fields(Fields whole) {
    try (TokenBuffer buffer = new TokenBuffer(JSON, false)) {
      whole.writeTo(buffer);
      return JSON.readTree(buffer.asParser());
    } catch (IOException e) {
      throw new IllegalStateException("a JSON tree in memory cannot be written", e);
    }
  }

  /** Waits for a call of a client; they end by their deadline. */
  static <T> T await(CompletionStage<T> call) {
    return call.toCompletableFuture().join();
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Prints what came of a write and returns the exit status that says the same. */
  static int tellWrite(
      Console console, MeshOptions mesh, String writeId, CallResult<WriteAnswer> result) {
    if (result instanceof CallResult.Answered<WriteAnswer> answered) {
      return tellAnswer(console, mesh, answered.answer(), answered.trail());
    }
    CallResult.Unheard<WriteAnswer> unheard = (CallResult.Unheard<WriteAnswer>) result;
    if (mesh.json()) {
      ObjectNode json = object();
      json.put("code", unheard.delivered() ? "outcome_unknown" : "unreachable");
      json.put("detail", unheard.detail());
      json.put("writeId", writeId);
      trail(json, unheard.trail());
      console.json(json);
    }
    if (unheard.delivered()) {
      return console.fail(
          Exit.UNREACHABLE,
          "outcome unknown: "
              + unheard.detail()
              + "; run it again with --write-id "
              + writeId
              + ", it takes effect once");
    }
    return mesh.unreachable(console, "nothing was written: " + unheard.detail());
  }

  private static int tellAnswer(
      Console console, MeshOptions mesh, WriteAnswer answer, Trail trail) {
    OutcomeCode code = answer.code();
    if (mesh.json()) {
      console.json(json(answer, trail));
    }
    if (code == OutcomeCode.COMMITTED) {
      if (!mesh.json()) {
        console.out().println(committed(answer, trail));
      }
      return Exit.DONE.status();
    }
    String reason = answer.reason().map(text -> " (" + text + ")").orElse("");
    console
        .err()
        .println(
            "holdfast: "
                + code.code()
                + reason
                + ": "
                + answer.detail()
                + acks(answer)
                + next(answer));
    return code.exitStatus();
  }

  private static String next(WriteAnswer answer) {
    return switch (answer.code().effect()) {
      case UNKNOWN ->
          answer.code().retryable()
              ? "; run it again with --write-id " + answer.writeId() + ", it takes effect once"
              : "; read the key to see what holds";
      case NO ->
          answer.code().retryable()
              ? "; nothing was written, run it again"
              : answer.code() == OutcomeCode.COMPARE_FAILED
                  ? "; nothing was written, read the key again and decide anew"
                  : answer.code() == OutcomeCode.UNAUTHENTICATED
                      ? "; nothing was written, show a token with --token-file or HOLDFAST_TOKEN"
                      : "; nothing was written";
      case YES -> "";
    };
  }

  private static String committed(WriteAnswer answer, Trail trail) {
    StringBuilder line = new StringBuilder("committed");
    answer
        .result()
        .ifPresent(
            executed -> {
              if (executed.result().isPresent()) {
                line.append(ResultText.of(executed.result().get()));
                replayed(line.append(" slot ").append(executed.slot()), executed);
                return;
              }
              executed.modRevision().ifPresent(rev -> line.append(" revision ").append(rev));
              if (executed.modRevision().isEmpty()) {
                line.append(", nothing changed");
              }
              replayed(line.append(" slot ").append(executed.slot()), executed);
            });
    line.append(acks(answer));
    if (trail.attempts() > 1) {
      line.append(", ").append(trail.attempts()).append(" attempts");
    }
    answer
        .result()
        .flatMap(WriteAnswer.Executed::transaction)
        .ifPresent(done -> ResultText.lines(done).forEach(text -> line.append('\n').append(text)));
    return line.toString();
  }

  private static void replayed(StringBuilder line, WriteAnswer.Executed executed) {
    if (executed.replayed()) {
      line.append(" (recorded outcome of an earlier attempt)");
    }
  }

  private static String acks(WriteAnswer answer) {
    if (answer.acks().isEmpty()) {
      return "";
    }
    AckReport acks = answer.acks().get();
    List<String> members = new ArrayList<>();
    for (AckReport.MemberAck member : acks.members()) {
      String millis =
          member.millis() < 0 ? "" : String.format(Locale.ROOT, " %.1f ms", member.millis());
      members.add(member.node() + " " + member.state().code() + millis);
    }
    return ", "
        + acks.got()
        + " of "
        + acks.n()
        + " acknowledged, "
        + acks.w()
        + " needed"
        + (members.isEmpty() ? "" : " [" + String.join(", ", members) + "]");
  }

  /** The answer as the front door would say it, and how the call went. */
  static ObjectNode json(WriteAnswer answer, Trail trail) {
    ObjectNode json = object();
    json.put("code", answer.code().code());
    answer.reason().ifPresent(reason -> json.put("reason", reason));
    json.put("detail", answer.detail());
    json.put("writeId", answer.writeId());
    answer
        .result()
        .ifPresent(
            executed -> {
              json.put("slot", executed.slot());
              if (executed.result().isPresent()) {
                CommandResult result = executed.result().get();
                json.setAll(
                    fields(
                        out -> {
                          out.writeStartObject();
                          ResultJson.write(out, result);
                          out.writeEndObject();
                        }));
                json.put("replayed", executed.replayed());
                return;
              }
              if (executed.modRevision().isPresent()) {
                json.put("modRevision", executed.modRevision().getAsLong());
              } else {
                json.putNull("modRevision");
              }
              json.put("previousModRevision", executed.previousModRevision());
              json.put("replayed", executed.replayed());
            });
    answer.acks().ifPresent(acks -> json.set("acks", json(acks)));
    trail(json, trail);
    return json;
  }

  private static ObjectNode json(AckReport acks) {
    ObjectNode json = object();
    json.put("n", acks.n()).put("w", acks.w()).put("got", acks.got()).put("needed", acks.needed());
    ArrayNode members = json.putArray("members");
    for (AckReport.MemberAck member : acks.members()) {
      members
          .addObject()
          .put("node", member.node().value())
          .put("state", member.state().code())
          .put("millis", member.millis());
    }
    return json;
  }

  /** Adds how a call went. */
  static void trail(ObjectNode json, Trail trail) {
    json.put("attempts", trail.attempts());
    ArrayNode failures = json.putArray("failures");
    trail.failures().forEach(failure -> failures.add(failure.toString()));
    json.put("millis", trail.elapsed().toNanos() / 1_000_000.0);
  }
}
