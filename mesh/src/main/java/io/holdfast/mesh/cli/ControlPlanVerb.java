package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.ManifestDocument;
import io.holdfast.config.core.control.ManifestType;
import io.holdfast.mesh.client.PostReply;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast control plan}. */
@Command(
    name = "plan",
    description = "Show what manifests would change, and who would lose access; changes nothing.",
    footer = {
      "",
      "Examples:",
      "  holdfast control plan access.yaml limits.yaml",
      "  holdfast control plan --remove limits"
    })
final class ControlPlanVerb implements Verb {

  private final Console console;

  @Mixin private ManifestFiles files = new ManifestFiles();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlPlanVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Map<ManifestType, Optional<ManifestDocument>> changes;
    try {
      changes = files.changes();
    } catch (ManifestFiles.Unusable unusable) {
      return unusable.tell(console);
    }
    try (ControlWork work = new ControlWork(console, mesh, "control plan")) {
      ControlActivation activation = new ControlActivation(console, mesh, work);
      PostReply plan = activation.plan(OptionalLong.empty(), changes);
      if (!plan.done()) {
        return work.fail(plan);
      }
      if (mesh.json()) {
        ObjectNode json = Answers.object().put("ok", true);
        json.setAll((ObjectNode) plan.json());
        console.json(json);
      } else {
        activation.tellChanges(plan);
        tell(plan.json());
      }
      return Exit.DONE.status();
    }
  }

  private void tell(JsonNode plan) {
    if (plan.path("changes").isEmpty()) {
      console.out().println("nothing would change");
    }
    console
        .out()
        .println(
            "would be epoch %d: set %s; next: holdfast control activate --expect-epoch %d ..."
                .formatted(
                    plan.path("number").asLong(),
                    plan.path("setHash").asText(),
                    plan.path("expectedNumber").asLong()));
    JsonNode approvals = plan.path("approvals");
    if (approvals.isObject()) {
      console
          .out()
          .println(
              "approvals: %d of %d are there (by %s), of %s; next: holdfast control approve --expect-epoch %d --set-hash %s"
                  .formatted(
                      approvals.path("given").asInt(),
                      approvals.path("needed").asInt(),
                      ControlActivation.joined(approvals.path("givenBy")),
                      ControlActivation.joined(approvals.path("approvers")),
                      plan.path("expectedNumber").asLong(),
                      plan.path("setHash").asText()));
    }
  }
}
