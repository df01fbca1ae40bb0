package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation pools}. */
@Command(
    name = "pools",
    description = "Show what may be reserved, and how much of it is, as this host sees it.",
    footer = {"", "Example:", "  holdfast reservation pools"})
final class ReservationPoolsVerb implements Verb {

  private final Console console;

  @Mixin private HostOptions host = new HostOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationPoolsVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        "reservation pools",
        work -> {
          List<PoolUse> pools = work.pools(host.host(console));
          if (mesh.json()) {
            ObjectNode json = Answers.object().put("ok", true);
            ArrayNode list = json.putArray("pools");
            pools.forEach(use -> add(list.addObject(), use));
            console.json(json);
          } else {
            Table table = Table.of("pool", "scope", "first", "last", "used", "expiry", "excluded");
            for (PoolUse use : pools) {
              Pool pool = use.pool();
              table.row(
                  pool.name(),
                  pool.scope().code(),
                  pool.first(),
                  pool.last(),
                  use.used(),
                  expiry(pool),
                  excluded(use));
            }
            table.print(console.out());
          }
          return Exit.DONE.status();
        });
  }

  private static void add(ObjectNode json, PoolUse use) {
    Pool pool = use.pool();
    json.put("pool", pool.name()).put("scope", pool.scope().code());
    json.put("first", pool.first()).put("last", pool.last()).put("used", use.used());
    pool.expiry().ifPresent(expiry -> json.put("expirySeconds", expiry.toSeconds()));
    json.put("excluded", excluded(use));
  }

  private static String expiry(Pool pool) {
    return pool.expiry()
        .map(
            time ->
                time.toHours() % 24 == 0 && time.toDays() > 0
                    ? time.toDays() + "d"
                    : time.toMinutes() + "m")
        .orElse("-");
  }

  private static String excluded(PoolUse use) {
    List<String> spans = new ArrayList<>();
    use.pool().exclusions().forEach(span -> spans.add(span.toString()));
    for (Exclusion one : use.exclusions()) {
      spans.add(one.span() + (one.reason().isEmpty() ? "" : " (" + one.reason() + ")"));
    }
    return spans.isEmpty() ? "-" : String.join(", ", spans) + (use.more() ? ", ..." : "");
  }
}
