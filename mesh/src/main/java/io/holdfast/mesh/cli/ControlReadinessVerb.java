package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.PostReply;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast control readiness}. */
@Command(
    name = "readiness",
    description = {
      "Show whether a group is ready for what is active, and of each node why its "
          + "evidence does not count.",
      "Exit 0 ready, 1 not ready."
    },
    footer = {"", "Example:", "  holdfast control readiness"})
final class ControlReadinessVerb implements Verb {

  private final Console console;

  @Mixin private MeshOptions mesh = new MeshOptions();

  ControlReadinessVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (ControlWork work = new ControlWork(console, mesh, "control readiness")) {
      PostReply reply = work.get("/readiness");
      if (!reply.done()) {
        return work.fail(reply);
      }
      boolean ready = reply.json().path("ready").asBoolean();
      if (mesh.json()) {
        ObjectNode json = Answers.object().put("ok", ready);
        json.setAll((ObjectNode) reply.json());
        console.json(json);
      } else {
        print(reply.json(), ready);
      }
      return (ready ? Exit.DONE : Exit.REFUSED).status();
    }
  }

  private void print(JsonNode readiness, boolean ready) {
    Table table = Table.of("node", "counts", "why not");
    for (JsonNode gate : readiness.path("gates")) {
      boolean open = gate.path("open").asBoolean();
      table.row(gate.path("node").asText(), open ? "yes" : "no", reasons(gate));
    }
    table.print(console.out());
    console
        .out()
        .println(
            "%s: evidence for epoch %d: %d count, %d needed"
                .formatted(
                    ready ? "ready" : "not ready",
                    readiness.path("number").asLong(),
                    readiness.path("open").asInt(),
                    readiness.path("needed").asInt()));
  }

  private static String reasons(JsonNode gate) {
    List<String> reasons = new ArrayList<>();
    gate.path("reasons").forEach(reason -> reasons.add(reason.asText()));
    return String.join("; ", reasons);
  }
}
