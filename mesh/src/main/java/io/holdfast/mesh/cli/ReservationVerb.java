package io.holdfast.mesh.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast reservation}. */
@Command(
    name = "reservation",
    description =
        "Ports, ids and other numbers of pools, each given to one folder of one host "
            + "and a tag, and never to two (docs/RESERVATIONS.md).",
    footer = {
      "",
      "Examples:",
      "  PORT=$(holdfast reservation reserve)",
      "  holdfast reservation list",
      "  holdfast reservation release"
    })
final class ReservationVerb implements Verb {

  private final Console console;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli fills it and acts on --help
  private OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  ReservationVerb(Console console) {
    this.console = console;
  }

  @Override
  public List<Verb> subverbs() {
    return List.of(
        new ReservationReserveVerb(console),
        new ReservationAutoVerb(console),
        new ReservationGroupVerb(console),
        new ReservationReleaseVerb(console),
        new ReservationListVerb(console),
        new ReservationProjectsVerb(console),
        new ReservationPoolsVerb(console),
        new ReservationInfoVerb(console),
        new ReservationAssertVerb.Some(console),
        new ReservationAssertVerb.Value(console),
        new ReservationScanVerb(console),
        new ReservationExcludeVerb(console),
        new ReservationCompactVerb(console),
        new ReservationPruneVerb(console),
        new ReservationExpireVerb(console),
        new ReservationCleanVerb(console),
        new ReservationMigrateVerb(console),
        new ReservationValidateVerb(console),
        new ReservationInitVerb(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "reserve, release, list, or another of those that --help lists?");
  }
}
