package io.holdfast.mesh.cli;

import io.holdfast.sync.core.reservation.ReservationQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of which host, and which of its folders a verb may be about. */
final class HostOptions {

  /** The environment variable that names this host. */
  static final String HOST_VARIABLE = "HOLDFAST_HOST";

  private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "The host. Default: $HOLDFAST_HOST, else the name of this machine.")
  private @Nullable String host;

  @Option(
      names = "--allow-unrelated-path",
      description = "Also a folder that neither is, nor contains, nor lies below the current one.")
  private boolean allowUnrelated;

  /**
   * The host, by the name that keeps its reservations apart from those of others; in lower case, as
   * a name means the same host however it is written.
   */
  String host(Console console) {
    if (host != null) {
      return checked(Exit.USAGE, "--host", host);
    }
    String named = console.environment().getOrDefault(HOST_VARIABLE, "").strip();
    return named.isEmpty()
        ? checked(Exit.CONFIGURATION, "the name of this machine", machine())
        : checked(Exit.CONFIGURATION, HOST_VARIABLE, named);
  }

  /** Refuses what no host is called, where it was said; a question knows what that is. */
  private static String checked(Exit exit, String where, String name) {
    try {
      return new ReservationQuery.Pools(name.toLowerCase(Locale.ROOT)).host();
    } catch (IllegalArgumentException e) {
      throw Stop.because(
          exit,
          "invalid_host",
          "%s: %s; next: name it with --host or %s"
              .formatted(where, e.getMessage(), HOST_VARIABLE));
    }
  }

  private static String machine() {
    try {
      if (Files.isReadable(KERNEL_NAME)) {
        String name = Files.readString(KERNEL_NAME).strip();
        if (!name.isEmpty()) {
          return name;
        }
      }
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      throw nameless();
    }
  }

  private static Stop nameless() {
    return Stop.because(
        Exit.CONFIGURATION,
        "no_host",
        "this machine has no name; next: give it one with --host or " + HOST_VARIABLE);
  }

  /**
   * The folder of that name; the current one where it is empty.
   *
   * @throws Stop when it has nothing to do with the current one, and nobody has said that it need
   *     not
   */
  String path(String named) {
    Path current = folder("");
    Path folder = folder(named);
    if (!allowUnrelated && !OwnerPath.isRelated(folder, current)) {
      throw Stop.because(
          Exit.REFUSED,
          "unrelated_path",
          "%s has nothing to do with the current folder %s; next: run it there, or with --allow-unrelated-path"
              .formatted(folder, current));
    }
    return folder.toString();
  }

  /** A folder by its one name. */
  static Path folder(String text) {
    try {
      return OwnerPath.of(text);
    } catch (InvalidPathException e) {
      throw Stop.because(Exit.USAGE, "invalid", "not the name of a folder: " + e.getMessage());
    }
  }
}
