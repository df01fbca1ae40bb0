package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation expire}. */
@Command(
    name = "expire",
    description = "End what nobody has asked for since longer than its pool keeps it.",
    footer = {
      "",
      "Examples:",
      "  holdfast reservation expire",
      "  holdfast reservation expire --pool ports --dry-run"
    })
final class ReservationExpireVerb implements Verb {

  private final Console console;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private DecisionOptions decision = new DecisionOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationExpireVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        decision,
        "reservation expire",
        work -> {
          ReservationRequest.Expire expire =
              ReservationWork.made(() -> new ReservationRequest.Expire(pool.named()));
          return ReservationTold.tell(
              work, work.change(expire, change.dryRun()), "nothing is over");
        });
  }
}
