package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast reservation list-projects}. */
@Command(
    name = "list-projects",
    description = "Show which projects have reserved how much, and when they used it last.",
    footer = {"", "Example:", "  holdfast reservation list-projects --all-hosts"})
final class ReservationProjectsVerb implements Verb {

  private final Console console;

  @Option(names = "--all-hosts", description = "Of every host.")
  private boolean allHosts;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationProjectsVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(
        console,
        mesh,
        "reservation list-projects",
        work -> {
          TreeMap<String, List<Reservation>> projects =
              work.find(ReservationWork.made(this::filter)).stream()
                  .collect(
                      Collectors.groupingBy(
                          Reservation::project, TreeMap::new, Collectors.toList()));
          if (mesh.json()) {
            ObjectNode json = Answers.object().put("ok", true);
            ArrayNode list = json.putArray("projects");
            projects.forEach(
                (name, some) ->
                    list.addObject()
                        .put("project", name)
                        .put("count", some.size())
                        .put("hosts", hosts(some))
                        .put("lastUsedAt", lastUsed(some)));
            console.json(json);
          } else {
            Table table = Table.of("project", "reservations", "hosts", "last used");
            for (Map.Entry<String, List<Reservation>> one : projects.entrySet()) {
              table.row(
                  one.getKey().isEmpty() ? "-" : one.getKey(),
                  one.getValue().size(),
                  hosts(one.getValue()),
                  lastUsed(one.getValue()));
            }
            table.print(console.out());
          }
          return Exit.DONE.status();
        });
  }

  private ReservationFilter filter() {
    return new ReservationFilter(
        pool.named(),
        Optional.empty(),
        allHosts ? Optional.empty() : Optional.of(host.host(console)),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static long hosts(List<Reservation> some) {
    return some.stream().map(Reservation::host).distinct().count();
  }

  private static String lastUsed(List<Reservation> some) {
    return Instant.ofEpochMilli(
            some.stream().mapToLong(Reservation::lastUsedAtMillis).max().orElse(0))
        .toString();
  }
}
