package io.holdfast.mesh.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.GroupId;
import io.holdfast.config.core.control.Activation;
import io.holdfast.config.core.control.ControlDiff;
import io.holdfast.config.core.control.ControlEpoch;
import io.holdfast.config.core.control.ControlRecord;
import io.holdfast.config.core.control.ControlSet;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.config.core.control.PolicyManifest;
import io.holdfast.config.core.control.ReadinessGate;
import io.holdfast.mesh.ControlStatus;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is active in a group, and was, as JSON. */
final class ControlJson {

  private ControlJson() {}

  /**
   * What is active.
   *
   * @param whole whether whoever asks may see who activated it, why, and the manifests
   */
  static Buffer active(GroupId group, ControlStatus status, boolean whole) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("group", group.value());
          if (whole) {
            write(json, status.control().active());
            writeManifests(json, status.set());
          } else {
            ResultJson.writeEpoch(json, status.epoch());
          }
          json.writeNumberField("slot", status.slot());
          json.writeBooleanField("ready", status.isReady());
          json.writeEndObject();
        });
  }

  /** The epochs that are kept, the newest first. */
  static Buffer history(GroupId group, ControlStatus status) {
    List<ControlRecord> newestFirst = new ArrayList<>(status.control().records());
    Collections.reverse(newestFirst);
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("group", group.value());
          json.writeArrayFieldStart("epochs");
          for (ControlRecord record : newestFirst) {
            json.writeStartObject();
            write(json, record);
            writeTexts(
                json,
                "types",
                record.set().documents().keySet().stream().map(ManifestType::code).toList());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** One epoch that is kept, with its manifests. */
  static Buffer epoch(GroupId group, ControlRecord record) {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("group", group.value());
          write(json, record);
          writeManifests(json, record.set());
          json.writeEndObject();
        });
  }

  /** What an activation would change. */
  static Buffer plan(GroupId group, ControlStatus status, Activation activation) {
    ControlSet before = status.set();
    ControlSet after = before.with(activation.changes());
    ControlEpoch active = status.epoch();
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("group", group.value());
          json.writeNumberField("expectedNumber", active.number());
          json.writeStringField("expectedHash", active.setHash().toString());
          json.writeNumberField("number", active.next(after.hash()).number());
          json.writeStringField("setHash", after.hash().toString());
          writeTexts(json, "changes", ControlDiff.words(before, after));
          writeTexts(json, "losesAccess", ControlDiff.losesAccess(before, after));
          Optional<PolicyManifest.Approvals> wanted =
              before.policy().flatMap(PolicyManifest::approvals);
          if (wanted.isPresent()) {
            writeApprovals(json, status, activation, wanted.get());
          }
          json.writeEndObject();
        });
  }

  private static void writeApprovals(
      JsonGenerator json,
      ControlStatus status,
      Activation activation,
      PolicyManifest.Approvals wanted)
      throws IOException {
    List<String> given =
        status
            .control()
            .approvalsOf(activation.expected(), activation.resulting(), status.nowMillis());
    json.writeObjectFieldStart("approvals");
    json.writeNumberField("needed", wanted.needed());
    json.writeNumberField("given", given.size());
    writeTexts(json, "givenBy", given);
    writeTexts(json, "approvers", wanted.approvers());
    json.writeEndObject();
  }

  /** Whether the group is ready, and what the evidence of each voter comes to. */
  static Buffer readiness(GroupId group, ControlStatus status) {
    List<ReadinessGate> gates = status.gates();
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("group", group.value());
          json.writeNumberField("number", status.epoch().number());
          json.writeStringField("setHash", status.epoch().setHash().toString());
          json.writeBooleanField("ready", status.isReady());
          json.writeNumberField("needed", status.needed());
          json.writeNumberField("open", gates.stream().filter(ReadinessGate::isOpen).count());
          json.writeArrayFieldStart("gates");
          for (ReadinessGate gate : gates) {
            json.writeStartObject();
            json.writeStringField("node", gate.voter().node().value());
            json.writeStringField(
                "incarnation", HexFormat.of().toHexDigits(gate.voter().incarnation()));
            json.writeBooleanField("open", gate.isOpen());
            writeTexts(json, "reasons", gate.reasons());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, ControlRecord record) throws IOException {
    ResultJson.writeEpoch(json, record.epoch());
    json.writeStringField("by", record.by());
    json.writeStringField("reason", record.reason());
    if (record.epoch().number() > 0) {
      json.writeStringField("activatedAt", Instant.ofEpochMilli(record.millis()).toString());
    }
  }

  private static void writeManifests(JsonGenerator json, ControlSet set) throws IOException {
    json.writeObjectFieldStart("manifests");
    for (Map.Entry<ManifestType, ByteString> manifest : set.canonical().entrySet()) {
      json.writeFieldName(manifest.getKey().code());
      json.writeRawValue(manifest.getValue().toStringUtf8());
    }
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String name, Collection<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
