package io.holdfast.chaos.cli;

import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.OutputOptions;
import io.holdfast.mesh.cli.Verb;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast chaos}: a list of verbs. */
@Command(
    name = "chaos",
    synopsisSubcommandLabel = "VERB",
    description = "Inject faults, and check what clients have seen under them.",
    footer = {
      "",
      "Examples:",
      "  holdfast chaos run --duration 60s",
      "  holdfast chaos acks",
      "  holdfast chaos check history.edn"
    })
final class ChaosVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  ChaosVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(
        new RunVerb(console),
        new AcksVerb(console),
        new CheckVerb(console),
        new PowerCutsVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "which verb of chaos?");
  }
}
