package io.holdfast.mesh.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast jmx}. */
@Command(
    name = "jmx",
    synopsisSubcommandLabel = "user",
    description =
        "Who may manage a node by JMX: lines for the file that holdfast.jmx.users-file names.",
    footer = {"", "Example:", "  holdfast jmx user operator --role readwrite >> jmx.users"})
final class JmxVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  JmxVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(new JmxUserVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "user?");
  }
}
