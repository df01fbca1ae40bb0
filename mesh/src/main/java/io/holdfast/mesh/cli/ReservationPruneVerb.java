package io.holdfast.mesh.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation prune}. */
@Command(
    name = "prune",
    description = {
      "Give back what folders of this host have reserved that are not there any more.",
      "A folder that cannot be looked at, for want of a right or of its disk, is not "
          + "taken for gone."
    },
    footer = {"", "Example:", "  holdfast reservation prune --dry-run"})
final class ReservationPruneVerb implements Verb {

  private final Console console;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationPruneVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        "reservation prune",
        work ->
            ReservationTold.tell(
                work,
                Pruning.run(work, host.host(console), pool.named(), change.dryRun()),
                "every folder is there"));
  }
}
