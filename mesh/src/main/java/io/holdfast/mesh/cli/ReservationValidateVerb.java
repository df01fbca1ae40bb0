package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.Pool;
import io.holdfast.config.core.control.ProjectFile;
import io.holdfast.sync.core.reservation.OwnerKey;
import io.holdfast.sync.core.reservation.Reservation;
import io.holdfast.sync.core.reservation.ReservationAnswer.PoolUse;
import io.holdfast.sync.core.reservation.ReservationFilter;
import io.holdfast.sync.core.reservation.ValueKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast reservation validate}. */
@Command(
    name = "validate",
    description = {
      "Check that the holdfast.yaml is well formed and fits its pool, that the folder "
          + "has nothing reserved that the file does not say, and that no number and no "
          + "owner of the whole mesh is there twice.",
      "Exit 1 when something is found."
    },
    footer = {"", "Example:", "  holdfast reservation validate"})
final class ReservationValidateVerb implements Verb {

  private final Console console;
  private final List<String> problems = new ArrayList<>();

  @Mixin private ProjectFiles files = new ProjectFiles();
  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private MeshOptions mesh = new MeshOptions();

  ReservationValidateVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return ReservationWork.run(console, mesh, "reservation validate", this::validate);
  }

  private int validate(ReservationWork work) {
    Optional<ProjectFiles.Found> found = files.find();
    String name = host.host(console);
    Map<String, Pool> pools =
        work.pools(name).stream()
            .map(PoolUse::pool)
            .collect(Collectors.toMap(Pool::name, Function.identity()));
    List<Reservation> all = work.find(ReservationFilter.ALL);
    found.ifPresent(file -> checkFile(file, name, pools, all));
    checkStore(pools, all);
    return tell(found, all.size());
  }

  private void checkFile(
      ProjectFiles.Found found, String name, Map<String, Pool> pools, List<Reservation> all) {
    ProjectFile file = found.content();
    String of = file.pool().orElse(pool.pool());
    Pool named = pools.get(of);
    if (named == null) {
      problems.add("%s: there is no pool %s".formatted(found.path(), of));
      return;
    }
    Map<String, ProjectFile.Entry> byTag = new HashMap<>();
    for (ProjectFile.Entry entry : file.reservations()) {
      byTag.put(entry.tag(), entry);
      if (entry.number().isPresent() && !isIn(named, entry.number().getAsLong())) {
        problems.add(
            "%s: %s: %d lies outside pool %s, %d to %d without its exclusions"
                .formatted(
                    found.path(),
                    entry.name(),
                    entry.number().getAsLong(),
                    of,
                    named.first(),
                    named.last()));
      }
    }
    for (Reservation one : all) {
      boolean ours =
          one.pool().equals(of)
              && one.path().equals(found.folder().toString())
              && (one.within().isEmpty() || one.within().equals(name));
      ProjectFile.Entry entry = byTag.get(one.tag());
      if (!ours) {
        continue;
      }
      if (entry == null) {
        problems.add(
            "%s: has no reservation with the tag of %s"
                .formatted(found.path(), ReservationTold.words(one)));
      } else if (entry.exact() && entry.number().getAsLong() != one.value()) {
        problems.add(
            "%s: %s is to be %d, and is %d"
                .formatted(found.path(), entry.name(), entry.number().getAsLong(), one.value()));
      }
    }
  }

  private static boolean isIn(Pool pool, long value) {
    return pool.first() <= value
        && value <= pool.last()
        && pool.exclusions().stream()
            .noneMatch(span -> span.first() <= value && value <= span.last());
  }

  private void checkStore(Map<String, Pool> pools, List<Reservation> all) {
    Set<ValueKey> values = new HashSet<>();
    Set<OwnerKey> owners = new HashSet<>();
    for (Reservation one : all) {
      if (!values.add(one.valueKey()) || !owners.add(one.ownerKey())) {
        problems.add("there twice: " + ReservationTold.words(one));
      }
      if (!pools.containsKey(one.pool())) {
        problems.add("of a pool that is not there: " + ReservationTold.words(one));
      }
    }
  }

  private int tell(Optional<ProjectFiles.Found> found, int count) {
    Exit exit = problems.isEmpty() ? Exit.DONE : Exit.REFUSED;
    String file =
        found.map(each -> each.path().toString()).orElse("no holdfast.yaml here or above");
    if (mesh.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", problems.isEmpty())
              .put("status", exit.status())
              .put("file", found.map(each -> each.path().toString()).orElse(null))
              .put("reservations", count);
      ArrayNode list = json.putArray("problems");
      problems.forEach(list::add);
      console.json(json);
    } else {
      problems.forEach(problem -> console.out().println(problem));
      console
          .out()
          .println(
              "%s; %d reservations; %s"
                  .formatted(
                      file,
                      count,
                      problems.isEmpty() ? "in order" : problems.size() + " problems"));
    }
    return exit.status();
  }
}
