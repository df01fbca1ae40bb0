package io.holdfast.mesh.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation autoreserve}. */
@Command(
    name = "autoreserve",
    description =
        "Reserve what this folder needs: what the nearest holdfast.yaml says, as "
            + "'reserve-group' does, or where there is none one number, as 'reserve' does.",
    footer = {"", "Example:", "  eval \"$(holdfast reservation autoreserve)\""})
final class ReservationAutoVerb implements Verb {

  private final Console console;

  @Mixin private ProjectFiles files = new ProjectFiles();
  @Mixin private ProjectOptions group = new ProjectOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationAutoVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        "reservation autoreserve",
        work ->
            files
                .find()
                .map(found -> group.reserve(work, found))
                .orElseGet(() -> group.reserveOne(work)));
  }
}
