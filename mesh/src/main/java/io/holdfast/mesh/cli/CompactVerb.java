package io.holdfast.mesh.cli;

import io.holdfast.sync.core.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast compact}. */
@Command(
    name = "compact",
    description =
        "Forget the history below a revision: it can neither be read nor watched any more.",
    footer = {"", "Example:", "  holdfast compact 1200 --json"})
final class CompactVerb implements Verb {

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "REVISION",
      description = "The oldest revision that is to be kept.")
  private long revision;

  @Mixin private MeshOptions mesh = new MeshOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();

  CompactVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (revision < 1 || revision > Place.MAX_REVISION) {
      throw mesh.wrong("REVISION must be 1 or more");
    }
    return decision.decide(console, mesh, new io.holdfast.sync.core.Command.Compact(revision));
  }
}
