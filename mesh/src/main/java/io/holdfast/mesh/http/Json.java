package io.holdfast.mesh.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.NodeId;
import io.holdfast.mesh.Gate;
import io.holdfast.mesh.GateKind;
import io.holdfast.mesh.Happening;
import io.holdfast.mesh.Health;
import io.holdfast.mesh.NodeStatus;
import io.holdfast.mesh.WriteAnswer;
import io.holdfast.mesh.WriteAnswer.Executed;
import io.holdfast.mesh.core.health.Witness;
import io.holdfast.quorum.core.AckReport;
import io.holdfast.quorum.core.AckReport.MemberAck;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The JSON of the API. Answers of the hot routes are written field by field; status records are
 * mapped, so that a field added to them appears by itself.
 */
final class Json {

  private static final int SMALL = 512;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule("holdfast")
                  .addSerializer(Gate.State.class, ToStringSerializer.instance)
                  .addSerializer(GateKind.class, ToStringSerializer.instance)
                  .addSerializer(Happening.Kind.class, ToStringSerializer.instance)
                  .addSerializer(Health.Level.class, ToStringSerializer.instance)
                  .addSerializer(Witness.Equality.class, ToStringSerializer.instance)
                  .addSerializer(NodeId.class, ToStringSerializer.instance)
                  .addSerializer(GroupId.class, ToStringSerializer.instance)
                  .addSerializer(Optional.class, new OptionalSerializer())
                  .addSerializer(OptionalLong.class, new OptionalLongSerializer())
                  .addSerializer(Duration.class, new MillisSerializer()))
          .addMixIn(NodeStatus.class, NodeStatusNames.class)
          .build();

  private Json() {}

  /** Status records as they are: ids as text, an absent value as null. */
  static Buffer mapped(Object value) {
    return write(generator -> MAPPER.writeValue(generator, value));
  }

  static Buffer groups(List<GroupId> groups) {
    return mapped(Map.of("groups", groups));
  }

  /** A committed write or one in flight. */
  static Buffer write(WriteAnswer answer) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("code", answer.code().code());
          if (!answer.detail().isEmpty()) {
            json.writeStringField("detail", answer.detail());
          }
          json.writeStringField("writeId", answer.writeId());
          if (answer.result().isPresent()) {
            writeResult(json, answer.result().get());
          }
          if (answer.acks().isPresent()) {
            json.writeObjectFieldStart("acks");
            writeAcks(json, answer.acks().get());
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }

  static Buffer problem(Problem problem) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", problem.type());
          json.writeStringField("title", problem.title());
          json.writeNumberField("status", problem.status());
          json.writeStringField("detail", problem.detail());
          json.writeStringField("code", problem.code());
          if (problem.reason().isPresent()) {
            json.writeStringField("reason", problem.reason().get());
          }
          if (!problem.writeId().isEmpty()) {
            json.writeStringField("writeId", problem.writeId());
          }
          if (!problem.requestId().isEmpty()) {
            json.writeStringField("requestId", problem.requestId());
          }
          if (problem.oldestRevision() > 0) {
            json.writeNumberField("oldestRevision", problem.oldestRevision());
          }
          if (problem.current().isPresent()) {
            json.writeNumberField("currentNumber", problem.current().get().number());
            json.writeStringField("currentHash", problem.current().get().setHash().toString());
          }
          if (problem.planned().isPresent()) {
            json.writeBooleanField("planned", true);
            ReservationJson.write(json, problem.planned().get());
          }
          if (problem.result().isPresent()) {
            writeResult(json, problem.result().get());
          }
          if (problem.acks().isPresent()) {
            writeAcks(json, problem.acks().get());
          }
          json.writeEndObject();
        });
  }

  private static void writeResult(JsonGenerator json, Executed result) throws IOException {
    json.writeNumberField("slot", result.slot());
    if (result.result().isPresent()) {
      ResultJson.write(json, result.result().get());
      json.writeBooleanField("replayed", result.replayed());
      return;
    }
    if (result.modRevision().isPresent()) {
      json.writeNumberField("modRevision", result.modRevision().getAsLong());
    }
    json.writeNumberField("previousModRevision", result.previousModRevision());
    json.writeBooleanField("replayed", result.replayed());
  }

  private static void writeAcks(JsonGenerator json, AckReport acks) throws IOException {
    json.writeNumberField("n", acks.n());
    json.writeNumberField("w", acks.w());
    json.writeNumberField("got", acks.got());
    json.writeNumberField("needed", acks.needed());
    json.writeArrayFieldStart("members");
    for (MemberAck member : acks.members()) {
      json.writeStartObject();
      json.writeStringField("node", member.node().value());
      json.writeStringField("state", member.state().code());
      json.writeNumberField("millis", member.millis());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Writes one value. */
  interface Content {
    void writeTo(JsonGenerator generator) throws IOException;
  }

  /** What {@code content} writes. */
  static Buffer write(Content content) {
    Buffer buffer = Buffer.buffer(SMALL);
    try (JsonGenerator generator = MAPPER.createGenerator(new BufferOutput(buffer))) {
      content.writeTo(generator);
    } catch (IOException e) {
      // Memory does not fail to take bytes: the value has no JSON form, which is a bug.
      throw new UncheckedIOException(e);
    }
    return buffer;
  }

  /** Appends to a buffer of the HTTP server, so that the generator's bytes are copied once. */
  static final class BufferOutput extends OutputStream {
    private final Buffer buffer;

    BufferOutput(Buffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public void write(int value) {
      buffer.appendByte((byte) value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      buffer.appendBytes(bytes, offset, length);
    }
  }

  private interface NodeStatusNames {
    @JsonProperty("uptimeMillis")
    Duration uptime();
  }

  @SuppressWarnings("rawtypes")
  private static final class OptionalSerializer extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeObject(value.isPresent() ? value.get() : null);
    }
  }

  private static final class OptionalLongSerializer extends JsonSerializer<OptionalLong> {
    @Override
    public void serialize(OptionalLong value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (value.isPresent()) {
        json.writeNumber(value.getAsLong());
      } else {
        json.writeNull();
      }
    }
  }

  private static final class MillisSerializer extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(value.toMillis());
    }
  }
}
