package io.holdfast.mesh.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast local}. */
@Command(
    name = "local",
    synopsisSubcommandLabel = "VERB",
    description = {
      "The node that serves this user where no mesh is configured.",
      "It runs in the background, is started by the first verb that needs it and ends "
          + "when it was idle for 10 minutes. Its data is in $HOLDFAST_DATA, else in "
          + "holdfast/local below $XDG_DATA_HOME or ~/.local/share. HOLDFAST_LOCAL_IDLE=1h "
          + "has a node that is started end later; HOLDFAST_LOCAL=off has none started."
    },
    footer = {"", "Example:", "  holdfast local status", "  holdfast local stop"})
final class LocalVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  LocalVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(new LocalStatusVerb(console), new LocalStopVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "status or stop?");
  }
}
