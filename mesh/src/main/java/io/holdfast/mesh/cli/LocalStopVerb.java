package io.holdfast.mesh.cli;

import io.holdfast.mesh.client.UserMeshException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast local stop}. */
@Command(
    name = "stop",
    description =
        "Have this user's local node end: it finishes what is under way. Its data stays, and the next"
            + " verb that needs a node starts one. Where there is none, nothing is to be done.",
    footer = {"", "Example:", "  holdfast local stop"})
final class LocalStopVerb implements Verb {

  private final Console console;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long to wait for its end. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofSeconds(10);

  @Mixin private OutputOptions output = new OutputOptions();

  LocalStopVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    boolean ran;
    try {
      ran = LocalOptions.mesh(console).stop(timeout);
    } catch (UserMeshException e) {
      throw new LocalOptions.NoLocalNode(e);
    }
    if (output.json()) {
      console.json(Answers.object().put("ok", true).put("stopped", ran));
    } else {
      console.out().println(ran ? "stopped" : "no local node runs");
    }
    return Exit.DONE.status();
  }
}
