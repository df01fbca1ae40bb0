package io.holdfast.mesh.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose reservations a verb is about: a folder of a host. */
final class OwnerOptions {

  @Option(
      names = "--path",
      paramLabel = "FOLDER",
      description = "The folder that owns it. Default: the current one.")
  private @Nullable String path;

  @Mixin private HostOptions host = new HostOptions();

  /** The host, by the name that keeps its reservations apart from those of others. */
  String host(Console console) {
    return host.host(console);
  }

  /**
   * The folder that owns it.
   *
   * @throws Stop when it has nothing to do with the current one, and nobody has said that it need
   *     not
   */
  String path() {
    return host.path(path == null ? "" : path);
  }

  /** The folder that was named, related or not, for those who only look; absent where none was. */
  Optional<String> anyNamed() {
    return Optional.ofNullable(path).map(HostOptions::folder).map(Path::toString);
  }
}
