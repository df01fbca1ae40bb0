package io.holdfast.mesh.cli;

import io.holdfast.sync.store.SnapshotFile;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast snapshot save}. */
@Command(
    name = "save",
    description = {
      "Save a group's state as it is now: every write acknowledged before this began is in it.",
      "FILE has its name once all of it was checked; until then it is FILE.part. Where a node",
      "breaks off, the next one is asked, from the beginning."
    },
    footer = {
      "",
      "Example:",
      "  holdfast snapshot save monday.snapshot --endpoints 127.0.0.1:8100,127.0.0.1:8101"
    })
final class SnapshotSaveVerb implements Verb {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "Where to save it.")
  private Path file = Path.of("");

  @Option(names = "--force", description = "Replace FILE where it is there.")
  private boolean force;

  @Mixin private MeshOptions mesh = new MeshOptions();

  SnapshotSaveVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    SnapshotDownload download =
        new SnapshotDownload(
            mesh.endpoints(console), mesh.group(), mesh.token(console), mesh.timeout(), console);
    Optional<Inspection> saved;
    try {
      saved = download.into(file, force);
    } catch (FileAlreadyExistsException e) {
      return console.fail(
          Exit.REFUSED, file + " is there already: name another file, or replace it with --force");
    }
    if (saved.isEmpty()) {
      return failed(download);
    }
    if (mesh.json()) {
      console.json(SnapshotText.json(file, Files.size(file), saved.get()));
    } else {
      SnapshotText.print(file, Files.size(file), saved.get(), console);
    }
    return Exit.DONE.status();
  }

  private int failed(SnapshotDownload download) {
    if (download.unknownGroup()) {
      return console.fail(Exit.USAGE, mesh.unknownGroup());
    }
    Path part = SnapshotFile.partOf(file);
    String detail =
        "no node gave a whole snapshot: "
            + String.join("; ", download.failures())
            + "; "
            + file
            + (Files.exists(file) ? " is as it was" : " was not written")
            + (Files.exists(part)
                ? ", what came is in " + part + " and is of no use: delete it"
                : "");
    return download.answered()
        ? mesh.unanswered(console, detail)
        : mesh.unreachable(console, detail);
  }
}
