package io.holdfast.mesh.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation reserve-group}. */
@Command(
    name = "reserve-group",
    description = {
      "Reserve all that a holdfast.yaml says, or nothing, and print it as variables.",
      "Asked again, they are the same. --force takes what is refused otherwise, as of "
          + "'reserve'."
    },
    footer = {
      "",
      "Examples:",
      "  eval \"$(holdfast reservation reserve-group)\"",
      "  holdfast reservation reserve-group --output dotenv > .env"
    })
final class ReservationGroupVerb implements Verb {

  private final Console console;

  @Mixin private ProjectFiles files = new ProjectFiles();
  @Mixin private ProjectOptions group = new ProjectOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationGroupVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console, mesh, "reservation reserve-group", work -> group.reserve(work, files.required()));
  }
}
