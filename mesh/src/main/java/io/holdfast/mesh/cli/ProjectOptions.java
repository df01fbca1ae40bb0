package io.holdfast.mesh.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.core.control.ProjectFile;
import io.holdfast.sync.core.reservation.ReservationOutcome.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How what a {@code holdfast.yaml} says is reserved and told. */
final class ProjectOptions {

  @Option(
      names = "--output",
      paramLabel = "FORM",
      description = "exports, json or dotenv. Default: what the file says, else exports.")
  private ProjectFile.@Nullable Output output;

  @Option(
      names = "--path",
      paramLabel = "FOLDER",
      description = "The folder that owns them. Default: that of the file.")
  private @Nullable String path;

  @Mixin private ProbeOptions probing = new ProbeOptions();
  @Mixin private PoolOptions pool = new PoolOptions();
  @Mixin private HostOptions host = new HostOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();

  /** Reserves for whom the file is, and tells; the exit status. */
  int reserve(ReservationWork work, ProjectFiles.Found found) {
    ProjectFile file = found.content();
    Wish wish =
        ProjectVariables.wish(
            file,
            pool.pool(),
            host.host(work.console()),
            host.path(path == null ? found.folder().toString() : path),
            change.force());
    List<Entry> entries = probing.reserve(work, wish, change.dryRun());
    Map<String, Long> variables = ProjectVariables.variables(file, entries);
    if (work.json()) {
      ObjectNode json =
          Answers.object()
              .put("ok", true)
              .put("code", change.dryRun() ? "planned" : "committed")
              .put("file", found.path().toString());
      json.set("variables", ProjectVariables.object(variables));
      json.set("entries", ReservationTold.entries(entries));
      ReservationTold.tellNotes(work, json);
      work.console().json(json);
    } else if (change.dryRun()) {
      ReservationTold.lines(work.console(), "would be ", entries);
    } else {
      work.console()
          .out()
          .println(ProjectVariables.text(output == null ? file.output() : output, variables));
    }
    return Exit.DONE.status();
  }

  /** A number for a folder without a file. */
  int reserveOne(ReservationWork work) {
    List<Entry> entries =
        probing.reserve(
            work,
            new Wish(
                pool.pool(),
                host.host(work.console()),
                host.path(path == null ? "" : path),
                Optional.empty(),
                Optional.empty(),
                List.of(new Wish.Want("", OptionalLong.empty(), false)),
                change.force()),
            change.dryRun());
    return ReservationTold.tellOne(work, entries.get(0), change.dryRun());
  }
}
