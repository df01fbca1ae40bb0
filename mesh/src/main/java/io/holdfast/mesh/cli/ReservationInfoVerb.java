package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.mesh.core.ReservationRefusal;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast reservation info}. */
@Command(
    name = "info",
    description =
        "Show who has a number, and for a port whether it is occupied; exit 1: nobody has.",
    footer = {"", "Example:", "  holdfast reservation info 5000"})
final class ReservationInfoVerb implements Verb {

  private final Console console;

  @Parameters(index = "0", paramLabel = "VALUE", description = "The number.")
  private long value;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationInfoVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        "reservation info",
        work -> {
          String name = host.host(console);
          Optional<PoolUse> use = work.pool(name, pool.pool());
          List<Reservation> found = work.find(Filters.value(pool.pool(), name, value));
          return tell(found.stream().findFirst(), occupied(use));
        });
  }

  /** Whether somebody listens there; absent for what is no port. */
  private Optional<HostProbe.Finding> occupied(Optional<PoolUse> use) {
    return use.filter(each -> Reserving.isOfPorts(each.pool()))
        .map(each -> HostProbe.create().probe(value));
  }

  private int tell(Optional<Reservation> holder, Optional<HostProbe.Finding> finding) {
    Exit exit = holder.isPresent() ? Exit.DONE : Exit.REFUSED;
    if (mesh.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", holder.isPresent())
              .put("status", exit.status())
              .put("reserved", holder.isPresent())
              .put("pool", pool.pool())
              .put("value", value);
      finding.ifPresent(each -> json.put("occupied", !each.isFree()).put("why", each.why()));
      holder.ifPresent(one -> json.set("reservation", ReservationTold.json(one)));
      console.json(json);
      return exit.status();
    }
    String words = holder.map(ReservationRefusal::words).orElse("reserved by nobody");
    console.out().println("%d of %s: %s".formatted(value, pool.pool(), words));
    finding.ifPresent(
        each ->
            console
                .out()
                .println("on this host: " + (each.isFree() ? "not occupied" : each.why())));
    return exit.status();
  }
}
