package io.holdfast.mesh.cli;

import io.holdfast.sync.store.SnapshotFile;
import io.holdfast.sync.store.SnapshotFile.Inspection;
import io.holdfast.sync.store.SnapshotRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast snapshot inspect}. */
@Command(
    name = "inspect",
    description = {
      "Read a whole snapshot, check every byte of it, and say what it is of.",
      "Exits with 0 where it is whole, 1 where it is damaged or cut short, 5 where it cannot be",
      "read."
    },
    footer = {"", "Example:", "  holdfast snapshot inspect monday.snapshot"})
final class SnapshotInspectVerb implements Verb {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "A file that 'snapshot save' has written.")
  private Path file = Path.of("");

  @Mixin private OutputOptions output = new OutputOptions();

  SnapshotInspectVerb(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Inspection found;
    try {
      found = SnapshotFile.inspect(file);
    } catch (SnapshotRefused e) {
      return console.fail(Exit.REFUSED, broken(file, e));
    } catch (NoSuchFileException e) {
      return console.fail(Exit.IO, file + ": there is no such file");
    }
    if (output.json()) {
      console.json(SnapshotText.json(file, Files.size(file), found));
    } else {
      SnapshotText.print(file, Files.size(file), found, console);
      console.out().println("all is as it was written");
    }
    return Exit.DONE.status();
  }

  /** What is broken, and what to do. */
  static String broken(Path file, SnapshotRefused what) {
    return file
        + ": "
        + what.getMessage()
        + "; next: take another copy of it, or an older snapshot";
  }
}
