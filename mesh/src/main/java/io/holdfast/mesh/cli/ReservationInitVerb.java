package io.holdfast.mesh.cli;

import io.holdfast.config.core.control.ProjectFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast reservation init}. */
@Command(
    name = "init",
    description = {
      "Write a holdfast.yaml with comments into a folder.",
      "One that is there is left as it is; with --force it is replaced."
    },
    footer = {"", "Example:", "  holdfast reservation init"})
final class ReservationInitVerb implements Verb {

  private static final String CONTENT =
      """
      # What this folder wants reserved: 'holdfast reservation reserve-group' reserves all of it or
      # nothing, and 'holdfast reservation autoreserve' does the same from any folder below.

      # project: shop          # what it is for; sticks to the numbers
      # task: checkout         # what for, closer
      # pool: ports            # of which pool
      base: 5100               # offsets count from here
      output: exports          # exports (for eval), json or dotenv
      reservations:
        - {name: web, offset: 0}                     # 5100 if it is free; in WEB_PORT
        # - {name: database, tag: db, prefer: 5432}  # this one if it is free, else another; DB_PORT
        # - {name: admin, value: 5999, env: ADMIN}   # this one or nothing at all; in ADMIN
        # - {name: debugger}                         # any; in DEBUGGER_PORT
      """;

  private final Console console;

  @Option(
      names = "--path",
      paramLabel = "FOLDER",
      description = "The folder. Default: the current one.")
  private Path path = Path.of("");

  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  ReservationInitVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path file = path.resolve(ProjectFile.NAME).toAbsolutePath().normalize();
    if (Files.exists(file) && !change.force()) {
      return isThere(file);
    }
    if (!change.dryRun()) {
      try {
        if (change.force()) {
          Files.writeString(file, CONTENT);
        } else {
          Files.writeString(file, CONTENT, StandardOpenOption.CREATE_NEW);
        }
      } catch (FileAlreadyExistsException faster) {
        return isThere(file);
      } catch (IOException e) {
        throw new UncheckedIOException(file + " cannot be written", e);
      }
    }
    if (output.json()) {
      console.json(
          Answers.object()
              .put("ok", true)
              .put("file", file.toString())
              .put("written", !change.dryRun()));
    } else {
      console.out().println((change.dryRun() ? "would write " : "wrote ") + file);
    }
    return Exit.DONE.status();
  }

  private int isThere(Path file) {
    return console.fail(
        Exit.REFUSED, "reservation init: " + file + " is there; next: edit it, or --force");
  }
}
