package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.client.UserFolder;
import io.holdfast.mesh.client.UserMesh;
import io.holdfast.mesh.client.UserMesh.Sight;
import io.holdfast.mesh.client.UserMesh.State;
import io.holdfast.mesh.client.UserMeshException;
import io.holdfast.mesh.client.UserNode;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast local status}. */
@Command(
    name = "status",
    description =
        "Show whether this user's local node runs, where, and for how long nobody has used it. That"
            + " is no use of it, and starts none.",
    footer = {"", "Example:", "  holdfast local status --json"})
final class LocalStatusVerb implements Verb {

  private final Console console;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "2s",
      description = "How long to wait for its answer. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(2);

  @Mixin private OutputOptions output = new OutputOptions();

  LocalStatusVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    UserMesh mesh = LocalOptions.mesh(console);
    Sight sight;
    try {
      sight = mesh.look(timeout);
    } catch (UserMeshException e) {
      throw new LocalOptions.NoLocalNode(e);
    }
    if (output.json()) {
      console.json(json(mesh.folder(), sight));
    } else {
      print(mesh.folder(), sight);
    }
    return Exit.DONE.status();
  }

  private static String text(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode json(UserFolder folder, Sight sight) {
    ObjectNode json =
        Answers.object()
            .put("ok", true)
            .put("state", text(sight.state()))
            .put("folder", folder.path().toString())
            .put("log", folder.log().toString());
    if (sight.node().isPresent()) {
      UserNode node = sight.node().get();
      json.put("pid", node.pid())
          .put("started", node.started().toString())
          .put("endpoint", node.endpoint().toString())
          .put("version", node.version());
    }
    if (sight.state() == State.SERVING) {
      json.put("idleSeconds", sight.idle().toMillis() / 1e3);
    }
    return json;
  }

  private void print(UserFolder folder, Sight sight) {
    Table table = Table.of("state", "pid", "endpoint", "idle", "version");
    table.row(
        text(sight.state()),
        sight.node().map(node -> Long.toString(node.pid())).orElse("-"),
        sight.node().map(node -> node.endpoint().toString()).orElse("-"),
        sight.state() == State.SERVING ? sight.idle().toSeconds() + "s" : "-",
        sight.node().map(UserNode::version).orElse("-"));
    table.print(console.out());
    console.out().println();
    console.out().println("folder: " + folder.path());
    console.out().println("log:    " + folder.log());
  }
}
