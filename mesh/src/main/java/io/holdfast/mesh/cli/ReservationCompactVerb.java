package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation compact-exclusions}. */
@Command(
    name = "compact-exclusions",
    description =
        "Write what is excluded from a pool as few: neighbours with the same reason "
            + "become one, and what the pool does not have, or its manifest excludes, is left "
            + "out.",
    footer = {"", "Example:", "  holdfast reservation compact-exclusions --pool ports"})
final class ReservationCompactVerb implements Verb {

  private final Console console;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationCompactVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        decision,
        "reservation compact-exclusions",
        work -> {
          ReservationRequest compact =
              ReservationWork.made(
                  () -> new ReservationRequest.CompactExclusions(host.host(console), pool.pool()));
          ReservationResult.Done done = work.change(compact, change.dryRun());
          if (mesh.json()) {
            console.json(done.json().put("pool", pool.pool()));
          } else {
            console
                .out()
                .println(
                    done.changed()
                        ? (done.planned() ? "would be compacted" : "compacted")
                        : "as few as can be");
          }
          return Exit.DONE.status();
        });
  }
}
