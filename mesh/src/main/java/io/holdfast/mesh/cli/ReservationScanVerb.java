package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.sync.core.reservation.Exclusion;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast reservation scan}. */
@Command(
    name = "scan",
    description = {
      "Show which ports of a pool are occupied on this host, and who has reserved " + "them.",
      "With --exclude-unreserved those that nobody has are not given away any more."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast reservation scan",
      "  holdfast reservation scan --exclude-unreserved --dry-run"
    })
final class ReservationScanVerb implements Verb {

  private static final int AT_ONCE = 100;

  /** The most commands that one run sends. */
  private static final int MAX_SPANS = 200;

  private static final String REASON = "occupied when it was scanned";

  private final Console console;

  @Option(
      names = "--exclude-unreserved",
      description = "Exclude what is occupied and reserved by nobody.")
  private boolean excludeUnreserved;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationScanVerb(Console console) {
    this.console = console;
  }

  /** A port that is not free. */
  private record Row(long port, HostProbe.Finding finding, Optional<Reservation> holder) {}

  @Override
  public Integer call() {
    return ReservationWork.run(console, mesh, "reservation scan", this::scan);
  }

  private int scan(ReservationWork work) {
    String name = host.host(console);
    PoolUse use =
        work.pool(name, pool.pool())
            .filter(each -> Reserving.isOfPorts(each.pool()))
            .orElseThrow(
                () ->
                    Stop.because(
                        Exit.USAGE,
                        "no_ports",
                        "there is no pool of ports "
                            + pool.pool()
                            + "; next: name one of scope host that is called 'ports' or '...-ports'"
                            + " with --pool"));
    Map<Long, HostProbe.Finding> found = probe(use.pool());
    Map<Long, Reservation> holders =
        work.find(Filters.pool(pool.pool(), name)).stream()
            .collect(Collectors.toMap(Reservation::value, Function.identity()));
    List<Row> rows = new ArrayList<>();
    found.forEach(
        (port, finding) ->
            rows.add(new Row(port, finding, Optional.ofNullable(holders.get(port)))));
    List<Pool.Span> excluded = excludeUnreserved ? exclude(work, name, use, rows) : List.of();
    tell(rows, excluded);
    return Exit.DONE.status();
  }

  private Map<Long, HostProbe.Finding> probe(Pool ports) {
    HostProbe probe = HostProbe.create();
    TreeMap<Long, HostProbe.Finding> occupied = new TreeMap<>();
    for (long first = ports.first(); first <= ports.last(); first += AT_ONCE) {
      if (console.interactive()) {
        console.err().print("\r%d of %d to %d".formatted(first, ports.first(), ports.last()));
      }
      long last = Math.min(ports.last(), first + AT_ONCE - 1);
      probe
          .probe(LongStream.rangeClosed(first, last).boxed().toList())
          .forEach(
              (port, finding) -> {
                if (!finding.isFree()) {
                  occupied.put(port, finding);
                }
              });
    }
    if (console.interactive()) {
      console.err().print("\r\033[K");
    }
    return occupied;
  }

  // ---- Excluding

  private List<Pool.Span> exclude(ReservationWork work, String name, PoolUse use, List<Row> rows) {
    List<Pool.Span> spans = new ArrayList<>();
    for (Row row : rows) {
      if (row.finding().state() == HostProbe.State.OCCUPIED
          && row.holder().isEmpty()
          && !isExcluded(use, row.port())) {
        Pool.Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
        if (last != null && last.last() + 1 == row.port()) {
          spans.set(spans.size() - 1, new Pool.Span(last.first(), row.port()));
        } else {
          spans.add(new Pool.Span(row.port(), row.port()));
        }
      }
    }
    if (spans.size() > MAX_SPANS) {
      work.tell(
          "%d spans to exclude, of which this run takes %d; run it again for the others"
              .formatted(spans.size(), MAX_SPANS));
    }
    List<Pool.Span> some = spans.subList(0, Math.min(spans.size(), MAX_SPANS));
    for (Pool.Span span : some) {
      work.change(
          new ReservationRequest.Exclude(name, use.pool().name(), new Exclusion(span, REASON)),
          change.dryRun());
    }
    return some;
  }

  private static boolean isExcluded(PoolUse use, long port) {
    return use.pool().exclusions().stream().anyMatch(span -> has(span, port))
        || use.exclusions().stream().anyMatch(one -> has(one.span(), port));
  }

  private static boolean has(Pool.Span span, long port) {
    return span.first() <= port && port <= span.last();
  }

  // ---- Telling

  private void tell(List<Row> rows, List<Pool.Span> excluded) {
    if (mesh.json()) {
      ObjectNode json = Answers.object().put("ok", true).put("pool", pool.pool());
      ArrayNode list = json.putArray("occupied");
      for (Row row : rows) {
        ObjectNode one = list.addObject().put("value", row.port()).put("why", row.finding().why());
        one.put("reserved", row.holder().isPresent());
        row.holder().ifPresent(holder -> one.set("reservation", ReservationTold.json(holder)));
      }
      ArrayNode spans = json.put("planned", change.dryRun()).putArray("excluded");
      excluded.forEach(
          span -> spans.addObject().put("first", span.first()).put("last", span.last()));
      console.json(json);
      return;
    }
    Table table = Table.of("port", "why", "reserved by");
    rows.forEach(
        row ->
            table.row(
                row.port(),
                row.finding().why(),
                row.holder()
                    .map(one -> one.path() + (one.tag().isEmpty() ? "" : " " + one.tag()))
                    .orElse("nobody")));
    table.print(console.out());
    String before = change.dryRun() ? "would be excluded: " : "excluded: ";
    excluded.forEach(span -> console.out().println(before + span));
  }
}
