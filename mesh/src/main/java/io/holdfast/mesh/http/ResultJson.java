package io.holdfast.mesh.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.mesh.ReadAnswer;
import io.holdfast.sync.core.CommandResult;
import io.holdfast.sync.core.KeyRecord;
import io.holdfast.sync.core.OperationResult;
import io.holdfast.sync.core.ReadDetail;
import io.holdfast.sync.core.ReadResult;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** Records and the results of transactions as JSON. */
public final class ResultJson {

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private ResultJson() {}

  /** The answer to a read of a range. */
  static Buffer list(ReadAnswer.Listed listed, ReadDetail detail) {
    return Json.write(json -> write(json, listed.keys(), detail, listed.at()));
  }

  /**
   * The object that tells what is in a range.
   *
   * @param at where in the log it was read
   */
  public static void write(
      JsonGenerator json, ReadResult.Records keys, ReadDetail detail, ReadAnswer.ReadPoint at)
      throws IOException {
    json.writeStartObject();
    writeRecords(json, keys.records(), detail != ReadDetail.KEYS);
    json.writeNumberField("count", keys.count());
    json.writeBooleanField("countIsLeast", keys.countIsLeast());
    json.writeBooleanField("more", keys.more());
    if (keys.more() && !keys.records().isEmpty()) {
      ByteString last = keys.records().get(keys.records().size() - 1).key();
      json.writeStringField("next", PercentEncoding.encode(last.concat(ZERO)));
    }
    json.writeNumberField("revision", keys.revision());
    json.writeNumberField("slot", at.slot());
    if (at.staleness().isPresent()) {
      json.writeNumberField("stalenessMillis", at.staleness().get().toMillis());
    }
    json.writeEndObject();
  }

  /** The fields of what came of a command that is more than a write of one key. */
  public static void write(JsonGenerator json, CommandResult result) throws IOException {
    if (result instanceof CommandResult.TransactionDone done) {
      json.writeBooleanField("succeeded", done.succeeded());
      json.writeNumberField("revision", done.revision());
      json.writeBooleanField("changed", done.changed());
      if (done.results().isPresent()) {
        List<OperationResult> results = done.results().get();
        json.writeNumberField("deleted", deleted(results));
        writeResults(json, results);
      }
    } else if (result instanceof CommandResult.LeaseAlive alive) {
      json.writeNumberField("lease", alive.lease());
      json.writeNumberField("ttlMillis", alive.ttlMillis());
      json.writeNumberField("revision", alive.revision());
    } else if (result instanceof CommandResult.LeaseNotFound missing) {
      json.writeNumberField("lease", missing.lease());
    } else if (result instanceof CommandResult.Compacted compacted) {
      json.writeNumberField("compactedRevision", compacted.revision());
    } else if (result instanceof CommandResult.Activated activated) {
      writeEpoch(json, activated.epoch());
    } else if (result instanceof CommandResult.Approved approved) {
      json.writeNumberField("given", approved.given());
    } else if (result instanceof CommandResult.ReservationsDone done) {
      ReservationJson.write(json, done);
    } else if (result instanceof CommandResult.ReservationsRefused refused) {
      ReservationJson.write(json, refused.refusal());
    }
  }

  /** The fields that name an epoch. */
  static void writeEpoch(JsonGenerator json, ControlEpoch epoch) throws IOException {
    json.writeNumberField("number", epoch.number());
    json.writeStringField("setHash", epoch.setHash().toString());
    json.writeStringField("previousHash", epoch.previousHash().toString());
  }

  private static long deleted(List<OperationResult> results) {
    long deleted = 0;
    for (OperationResult result : results) {
      if (result instanceof OperationResult.Deleted one) {
        deleted += one.count();
      } else if (result instanceof OperationResult.Nested nested) {
        deleted += deleted(nested.results());
      }
    }
    return deleted;
  }

  /** Each result under the name that its operation has in the request. */
  private static void writeResults(JsonGenerator json, List<OperationResult> results)
      throws IOException {
    json.writeArrayFieldStart("results");
    for (OperationResult result : results) {
      json.writeStartObject();
      if (result instanceof OperationResult.Put put) {
        json.writeObjectFieldStart("put");
        json.writeNumberField("previousModRevision", put.previousModRevision());
      } else if (result instanceof OperationResult.Read read) {
        json.writeObjectFieldStart("get");
        writeRecords(json, read.records(), true);
        json.writeNumberField("count", read.count());
        json.writeBooleanField("more", read.more());
      } else if (result instanceof OperationResult.Deleted deleted) {
        json.writeObjectFieldStart("delete");
        json.writeNumberField("count", deleted.count());
      } else if (result instanceof OperationResult.Nested nested) {
        json.writeObjectFieldStart("txn");
        json.writeBooleanField("succeeded", nested.succeeded());
        writeResults(json, nested.results());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeRecords(JsonGenerator json, List<KeyRecord> records, boolean values)
      throws IOException {
    json.writeArrayFieldStart("records");
    for (KeyRecord record : records) {
      json.writeStartObject();
      writeBytes(json, "key", record.key());
      if (values) {
        writeBytes(json, "value", record.value().value());
      }
      json.writeNumberField("createRevision", record.value().createRevision());
      json.writeNumberField("modRevision", record.value().modRevision());
      json.writeNumberField("version", record.value().version());
      json.writeNumberField("lease", record.value().lease());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Bytes as text under their name where they are such, else in base64 under another. */
  public static void writeBytes(JsonGenerator json, String name, ByteString bytes)
      throws IOException {
    if (bytes.isValidUtf8()) {
      String text = bytes.toStringUtf8();
      if (text.chars().noneMatch(Character::isISOControl)) {
        json.writeStringField(name, text);
        return;
      }
    }
    json.writeStringField(name + "Base64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }
}
