package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast reservation migrate}. */
@Command(
    name = "migrate",
    description = {
      "Have another folder own what a folder and those below it have reserved: all of "
          + "it in one step, or nothing.",
      "What stands in the way at the other folder is refused; with --force it is " + "given back."
    },
    footer = {"", "Example:", "  mv shop store && holdfast reservation migrate shop store"})
final class ReservationMigrateVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", paramLabel = "FROM", description = "The folder that has them.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The folder that shall have them.")
  private String to = "";

  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationMigrateVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        decision,
        "reservation migrate",
        work -> {
          String source = host.path(from);
          String target = host.path(to);
          ReservationRequest.Migrate migrate =
              ReservationWork.made(
                  () ->
                      new ReservationRequest.Migrate(
                          host.host(console), source, target, change.force()));
          return ReservationTold.tell(
              work, work.change(migrate, change.dryRun()), "nothing to migrate");
        });
  }
}
