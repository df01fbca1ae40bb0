package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.PostReply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast control show}. */
@Command(
    name = "show",
    description = "Show what is active: its number, its hash, since when, and whether it is ready.",
    footer = {
      "",
      "Examples:",
      "  holdfast control show",
      "  holdfast control show --manifests --json"
    })
final class ControlShowVerb implements Verb {

  private final Console console;

  @Option(names = "--manifests", description = "Show the manifests, too.")
  private boolean manifests;

  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlShowVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ControlWork work = new ControlWork(console, mesh, "control show")) {
      PostReply reply = work.get("");
      if (!reply.done()) {
        return work.fail(reply);
      }
      if (mesh.json()) {
        console.json(json(reply.json()));
      } else {
        print(reply.json());
      }
      return Exit.DONE.status();
    }
  }

  private ObjectNode json(JsonNode active) {
    ObjectNode json = Answers.object().put("ok", true);
    json.setAll((ObjectNode) active);
    if (active.has("manifests") && !manifests) {
      ArrayNode types = Answers.array();
      active.path("manifests").fieldNames().forEachRemaining(types::add);
      json.remove("manifests");
      json.set("types", types);
    }
    return json;
  }

  private void print(JsonNode active) {
    console
        .out()
        .println(
            "epoch %d of group %s: set %s"
                .formatted(
                    active.path("number").asLong(),
                    active.path("group").asText(),
                    active.path("setHash").asText()));
    if (active.has("manifests")) {
      String by = active.path("by").asText();
      String reason = active.path("reason").asText();
      console
          .out()
          .println(
              (active.has("activatedAt")
                      ? "activated " + active.path("activatedAt").asText()
                      : "as every group begins")
                  + (by.isEmpty() ? "" : " by " + by)
                  + (reason.isEmpty() ? "" : ": " + ResultText.oneLine(reason)));
    }
    console.out().println(active.path("ready").asBoolean() ? "ready" : "not ready");
    active
        .path("manifests")
        .fields()
        .forEachRemaining(
            manifest ->
                console
                    .out()
                    .println(
                        manifest.getKey()
                            + (manifests ? ": " + Console.compact(manifest.getValue()) : "")));
  }
}
