package io.holdfast.mesh.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.SetHash;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadResult;
import io.holdfast.sync.core.VersionedValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads records and results in the JSON of the front door; what is not there reads as empty. */
final class RecordText {

  private RecordText() {}

  static ReadResult.Records records(JsonNode body) {
    return new ReadResult.Records(
        list(body),
        body.path("count").asLong(),
        body.path("countIsLeast").asBoolean(),
        body.path("more").asBoolean(),
        body.path("revision").asLong());
  }

  private static List<KeyRecord> list(JsonNode body) {
    List<KeyRecord> records = new ArrayList<>();
    for (JsonNode record : body.path("records")) {
      long created = Math.max(1, record.path("createRevision").asLong());
      records.add(
          new KeyRecord(
              bytes(record, "key"),
              new VersionedValue(
                  bytes(record, "value"),
                  created,
                  Math.max(created, record.path("modRevision").asLong()),
                  Math.max(1, record.path("version").asLong()),
                  Math.max(0, record.path("lease").asLong()))));
    }
    return records;
  }

  /** What came of a command that is more than a write of one key; absent for such a write. */
  static Optional<CommandResult> result(JsonNode body) {
    long revision = body.path("revision").asLong();
    if (body.has("succeeded")) {
      return Optional.of(
          new CommandResult.TransactionDone(
              body.path("succeeded").asBoolean(),
              revision,
              body.path("changed").asBoolean(),
              body.has("results") ? Optional.of(results(body)) : Optional.empty()));
    }
    Optional<CommandResult> reservations = ReservationsReading.result(body);
    if (reservations.isPresent()) {
      return reservations;
    }
    if (body.has("ttlMillis")) {
      return Optional.of(
          new CommandResult.LeaseAlive(
              body.path("lease").asLong(), body.path("ttlMillis").asLong(), revision));
    }
    if (body.has("compactedRevision")) {
      return Optional.of(new CommandResult.Compacted(body.path("compactedRevision").asLong()));
    }
    if (body.has("setHash")) {
      return epoch(body).map(CommandResult.Activated::new);
    }
    if (body.has("given")) {
      return Optional.of(new CommandResult.Approved(body.path("given").asInt()));
    }
    return body.has("lease")
        ? Optional.of(new CommandResult.LeaseNotFound(body.path("lease").asLong()))
        : Optional.empty();
  }

  private static Optional<ControlEpoch> epoch(JsonNode body) {
    try {
      return Optional.of(
          new ControlEpoch(
              body.path("number").asLong(),
              SetHash.parse(body.path("setHash").asText()),
              SetHash.parse(body.path("previousHash").asText())));
    } catch (IllegalArgumentException notAnEpoch) {
      return Optional.empty();
    }
  }

  private static List<OperationResult> results(JsonNode body) {
    List<OperationResult> results = new ArrayList<>();
    for (JsonNode result : body.path("results")) {
      if (result.has("put")) {
        results.add(
            new OperationResult.Put(result.path("put").path("previousModRevision").asLong()));
      } else if (result.has("get")) {
        JsonNode read = result.path("get");
        results.add(
            new OperationResult.Read(
                list(read), read.path("count").asLong(), read.path("more").asBoolean()));
      } else if (result.has("delete")) {
        results.add(new OperationResult.Deleted(result.path("delete").path("count").asLong()));
      } else if (result.has("txn")) {
        JsonNode nested = result.path("txn");
        results.add(
            new OperationResult.Nested(nested.path("succeeded").asBoolean(), results(nested)));
      }
    }
    return results;
  }

  /** Bytes as text or in base64. */
  static ByteString bytes(JsonNode body, String name) {
    if (body.path(name).isTextual()) {
      return ByteString.copyFromUtf8(body.path(name).textValue());
    }
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(body.path(name + "Base64").asText("")));
    } catch (IllegalArgumentException notBase64) {
      return ByteString.EMPTY;
    }
  }
}
