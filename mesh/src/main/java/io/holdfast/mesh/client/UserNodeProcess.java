package io.holdfast.mesh.client;

import io.holdfast.mesh.client.UserMeshException.Kind;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the process of a {@link UserMesh}'s node so that it survives whoever has started it: in a
 * session of its own where the system has {@code setsid}, else with the signals of a terminal
 * ignored, which a JVM takes over from whoever starts it; and with nothing of that process's input
 * and output. What the JVM itself prints goes to a file that each start empties; what the node
 * logs, it writes to a bounded file itself, since nobody stays who could.
 */
final class UserNodeProcess {

  private static final String MAIN_CLASS = "io.holdfast.mesh.cli.UserNodeMain";
  private static final List<String> FLAGS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xms32m",
          "-Xmx256m",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=error:stderr");
  private static final String DETACH =
      "if command -v setsid >/dev/null 2>&1; then exec setsid \"$@\"; fi;"
          + " trap '' HUP INT; exec \"$@\"";
  private static final int SHOWN_LINES = 5;

  private UserNodeProcess() {}

  static Process start(UserMesh mesh) throws UserMeshException {
    UserFolder folder = mesh.folder();
    ProcessBuilder builder =
        new ProcessBuilder(command(mesh, NodeImage.current()))
            .directory(folder.path().toFile())
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(folder.startLog().toFile());
    NodeLogging.keepAlone(builder.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UserMeshException(
          Kind.NOT_STARTED, "the local node cannot be started: " + e.getMessage());
    }
  }

  private static List<String> command(UserMesh mesh, NodeImage image) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", DETACH, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    NodeLogging.flags().forEach(command::add);
    image.archive().ifPresent(archive -> command.add("-XX:SharedArchiveFile=" + archive));
    command.addAll(List.of("-cp", image.classPath(), MAIN_CLASS));
    command.add(mesh.folder().path().toString());
    command.add(mesh.idle().toString());
    return command;
  }

  /** That it has ended before it served; its last words say why. */
  static UserMeshException ended(UserFolder folder, int status) {
    String words;
    try {
      List<String> lines =
          Files.readString(folder.startLog(), StandardCharsets.UTF_8).lines().toList();
      words =
          String.join("; ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      words = "and has left no word";
    }
    return new UserMeshException(
        Kind.NOT_STARTED,
        "the local node ended with status %d before it served: %s; its log is %s"
            .formatted(status, words, folder.log()));
  }
}
