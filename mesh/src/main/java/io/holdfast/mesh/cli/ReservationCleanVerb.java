package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation autoclean}. */
@Command(
    name = "autoclean",
    description = "Do 'expire', 'prune' and 'compact-exclusions', and tell what each of them did.",
    footer = {"", "Example:", "  holdfast reservation autoclean"})
final class ReservationCleanVerb implements Verb {

  private final Console console;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationCleanVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(console, mesh, "reservation autoclean", this::clean);
  }

  private int clean(ReservationWork work) {
    boolean dryRun = change.dryRun();
    String name = host.host(console);
    Optional<String> named = pool.named();
    ReservationResult.Done expired =
        work.change(ReservationWork.made(() -> new ReservationRequest.Expire(named)), dryRun);
    ReservationResult.Done pruned = Pruning.run(work, name, named, dryRun);
    long compacted = 0;
    for (PoolUse use : work.pools(name)) {
      String each = use.pool().name();
      if (!use.exclusions().isEmpty() && named.map(each::equals).orElse(true)) {
        ReservationResult.Done done =
            work.change(new ReservationRequest.CompactExclusions(name, each), dryRun);
        compacted += done.changed() ? 1 : 0;
      }
    }
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true).put("planned", dryRun);
      json.put("expired", expired.count()).put("pruned", pruned.count());
      console.json(json.put("compacted", compacted));
      return Exit.DONE.status();
    }
    String before = dryRun ? "would be " : "";
    ReservationTold.lines(console, before, expired.entries());
    ReservationTold.lines(console, before, pruned.entries());
    console
        .out()
        .println(
            "%sexpired %d, pruned %d, compacted the exclusions of %d pools"
                .formatted(before, expired.count(), pruned.count(), compacted));
    return Exit.DONE.status();
  }
}
