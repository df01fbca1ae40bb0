package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.mesh.client.PostReply;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast control rollback}. */
@Command(
    name = "rollback",
    description = {
      "Make active what was active in an earlier epoch: a new one with the same " + "content.",
      "What that one did not have is removed."
    },
    footer = {"", "Example:", "  holdfast control rollback 2 --expect-epoch 3"})
final class ControlRollbackVerb implements Verb {

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "NUMBER",
      description = "The epoch, as 'control history' lists it.")
  private long number;

  @Mixin private ExpectOptions expect = new ExpectOptions();
  @Mixin private ReasonOptions why = new ReasonOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlRollbackVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (number < 0) {
      throw mesh.wrong("NUMBER must be 0 or more");
    }
    long expected = expect.number(mesh);
    String reason = why.reason(mesh);
    try (ControlWork work = new ControlWork(console, mesh, "control rollback")) {
      PostReply epoch = work.get("/history/" + number);
      return epoch.done()
          ? new ControlActivation(console, mesh, work)
              .activate(
                  expected,
                  content(epoch.json()),
                  reason.isEmpty() ? "rollback to epoch " + number : reason)
          : work.fail(epoch);
    }
  }

  /** All of it: a type that it lacks is removed. */
  private static Map<ManifestType, Optional<ManifestDocument>> content(JsonNode epoch) {
    Map<ManifestType, Optional<ManifestDocument>> content = new EnumMap<>(ManifestType.class);
    for (ManifestType type : ManifestType.values()) {
      JsonNode manifest = epoch.path("manifests").path(type.code());
      content.put(
          type,
          manifest.isObject()
              ? Optional.of(ManifestReader.read(ByteString.copyFromUtf8(manifest.toString())))
              : Optional.empty());
    }
    return content;
  }
}
