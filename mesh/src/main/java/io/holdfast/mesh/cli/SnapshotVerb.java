package io.holdfast.mesh.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast snapshot}. */
@Command(
    name = "snapshot",
    synopsisSubcommandLabel = "save|inspect|restore",
    description = {
      "Keep a group's whole state in a file, and make a new mesh of it.",
      "The file holds every write that was acknowledged before the save began."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast snapshot save monday.snapshot",
      "  holdfast snapshot inspect monday.snapshot",
      "  holdfast snapshot restore monday.snapshot --mesh-id second --node n1 \\",
      "      --data-dir /var/lib/holdfast"
    })
final class SnapshotVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  SnapshotVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(
        new SnapshotSaveVerb(console),
        new SnapshotInspectVerb(console),
        new SnapshotRestoreVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "what about snapshots? save, inspect or restore");
  }
}
