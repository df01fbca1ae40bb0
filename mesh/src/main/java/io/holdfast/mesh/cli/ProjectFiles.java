package io.holdfast.mesh.cli;

import com.google.protobuf.ByteString;
import io.holdfast.config.core.control.ManifestReader;
import io.holdfast.config.core.control.ProjectFile;
import io.holdfast.config.core.control.ProjectFileReader;
import io.holdfast.config.core.control.UnreadableManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which {@code holdfast.yaml}: one that was named, or the nearest one from a folder upwards. */
final class ProjectFiles {

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Default: holdfast.yaml of this folder, or of the nearest one above it.")
  private @Nullable Path file;

  /**
   * A file that was read.
   *
   * @param path where it is
   * @param folder in which it is: whose numbers it is about
   */
  record Found(Path path, Path folder, ProjectFile content) {}

  /** The file; absent where none was named and there is none. */
  Optional<Found> find() {
    Path named = file;
    if (named != null) {
      return Optional.of(read(named));
    }
    for (Path folder = HostOptions.folder(""); folder != null; folder = folder.getParent()) {
      Path there = folder.resolve(ProjectFile.NAME);
      if (Files.exists(there)) {
        return Optional.of(read(there));
      }
    }
    return Optional.empty();
  }

  /**
   * The file.
   *
   * @throws Stop where there is none
   */
  Found required() {
    return find()
        .orElseThrow(
            () ->
                Stop.because(
                    Exit.CONFIGURATION,
                    "no_file",
                    "no holdfast.yaml in this folder or above it; next: 'holdfast reservation init'"
                        + " writes one, or name one with --file"));
  }

  private static Found read(Path path) {
    Path folder = HostOptions.folder(path.toString()).getParent();
    if (folder == null) {
      throw Stop.because(Exit.USAGE, "invalid", "--file " + path + " is no file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      ByteString bytes = ByteString.copyFrom(in.readNBytes(ManifestReader.MAX_BYTES + 1));
      return new Found(path, folder, ProjectFileReader.read(bytes));
    } catch (UnreadableManifest wrong) {
      throw Stop.because(
          Exit.CONFIGURATION,
          "invalid_file",
          path + ": " + wrong.getMessage() + "; next: correct it and run it again");
    } catch (IOException e) {
      throw Stop.because(
          Exit.IO, "unreadable_file", path + " cannot be read: name a file that can be");
    }
  }
}
