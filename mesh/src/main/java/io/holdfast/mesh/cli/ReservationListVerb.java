package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationFilter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast reservation list}. */
@Command(
    name = "list",
    description =
        "Show who has reserved what: from this host, and of pools that the whole mesh "
            + "shares; of any folder unless --path names one.",
    footer = {
      "",
      "Examples:",
      "  holdfast reservation list",
      "  holdfast reservation list --path . --recursive --csv",
      "  holdfast reservation list --all-hosts --project shop --json"
    })
final class ReservationListVerb implements Verb {

  private static final List<String> COLUMNS =
      List.of("pool", "value", "host", "path", "tag", "project", "task", "last used");

  private final Console console;

  @Option(names = "--recursive", description = "Of the folders below --path too.")
  private boolean recursive;

  @Option(names = "--tag", paramLabel = "TEXT", description = "With this tag.")
  private @Nullable String tag;

  @Option(names = "--project", paramLabel = "TEXT", description = "Of this project.")
  private @Nullable String project;

  @Option(names = "--value", paramLabel = "N", description = "This number.")
  private @Nullable Long value;

  @Option(names = "--all-hosts", description = "Of every host.")
  private boolean allHosts;

  @Option(names = "--csv", description = "Print lines of CSV.")
  private boolean csv;

  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private OwnerOptions owner = new OwnerOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationListVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (csv && mesh.json()) {
      throw mesh.wrong("--csv and --json exclude each other");
    }
    return ReservationWork.run(
        console,
        mesh,
        "reservation list",
        work -> {
          List<Reservation> found = work.find(ReservationWork.made(this::filter));
          if (mesh.json()) {
            console.json(
                Answers.object().put("ok", true).set("reservations", ReservationTold.json(found)));
          } else if (csv) {
            console.out().println(CsvLine.of(COLUMNS));
            found.forEach(one -> console.out().println(CsvLine.of(cells(one))));
          } else {
            Table table = Table.of(COLUMNS.toArray(String[]::new));
            found.forEach(one -> table.row(cells(one).toArray()));
            table.print(console.out());
          }
          return Exit.DONE.status();
        });
  }

  private ReservationFilter filter() {
    return new ReservationFilter(
        pool.named(),
        Optional.empty(),
        allHosts ? Optional.empty() : Optional.of(owner.host(console)),
        owner.anyNamed(),
        recursive,
        Optional.ofNullable(tag),
        Optional.ofNullable(project),
        value == null ? OptionalLong.empty() : OptionalLong.of(value),
        OptionalLong.empty());
  }

  private static List<String> cells(Reservation one) {
    return List.of(
        one.pool(),
        Long.toString(one.value()),
        one.host(),
        one.path(),
        one.tag(),
        one.project(),
        one.task(),
        Instant.ofEpochMilli(one.lastUsedAtMillis()).toString());
  }
}
