package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.PostReply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast control history}. */
@Command(
    name = "history",
    description = "Show the epochs that are kept, the newest first: who activated them, and why.",
    footer = {"", "Example:", "  holdfast control history"})
final class ControlHistoryVerb implements Verb {

  private static final int SHOWN_DIGITS = 12;

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlHistoryVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ControlWork work = new ControlWork(console, mesh, "control history")) {
      PostReply reply = work.get("/history");
      if (!reply.done()) {
        return work.fail(reply);
      }
      if (mesh.json()) {
        ObjectNode json = Answers.object().put("ok", true);
        json.setAll((ObjectNode) reply.json());
        console.json(json);
      } else {
        print(reply.json());
      }
      return Exit.DONE.status();
    }
  }

  private void print(JsonNode history) {
    Table table = Table.of("epoch", "set", "activated", "by", "manifests", "reason");
    for (JsonNode epoch : history.path("epochs")) {
      String by = epoch.path("by").asText();
      table.row(
          epoch.path("number").asLong(),
          epoch.path("setHash").asText().substring(0, SHOWN_DIGITS),
          epoch.path("activatedAt").asText("-"),
          by.isEmpty() ? "-" : by,
          ControlActivation.joined(epoch.path("types")),
          ResultText.oneLine(epoch.path("reason").asText()));
    }
    table.print(console.out());
  }
}
