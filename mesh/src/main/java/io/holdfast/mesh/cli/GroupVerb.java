package io.holdfast.mesh.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast group}. */
@Command(
    name = "group",
    synopsisSubcommandLabel = "list|create|delete",
    description = {
      "The groups of the mesh: list, create, delete, while it runs.",
      "Each has a log, a keyspace and members of its own."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast group list",
      "  holdfast group create orders --members n1,n2,n3",
      "  holdfast group delete orders"
    })
final class GroupVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  GroupVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(
        new GroupListVerb(console), new GroupCreateVerb(console), new GroupDeleteVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "list, create or delete?");
  }
}
