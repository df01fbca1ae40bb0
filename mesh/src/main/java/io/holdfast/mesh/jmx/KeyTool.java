package io.holdfast.mesh.jmx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Runs the JDK's {@code keytool}, which makes keys, for so long at most. */
final class KeyTool {

  /** Where it is. */
  static final Path PATH = Path.of(System.getProperty("java.home"), "bin", "keytool");

  /** What it says is shown up to here, in bytes. */
  private static final int MOST_SAID = 4096;

  /** Flags for this process, such as an agent or a port of its own, are none for that one. */
  private static final Set<String> FLAGS = Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private KeyTool() {}

  /**
   * Runs it to its end.
   *
   * @param command what to run, with its arguments
   * @param said a file for what it says; it is gone afterwards
   * @throws IOException where it fails or does not end in time; with what it said
   */
  static void run(List<String> command, Path said, Duration patience) throws IOException {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
      takeFlags(builder.environment());
      Process process = builder.start();
      process.getOutputStream().close();
      if (!hasEnded(process, patience)) {
        throw new IOException(
            "%s has not ended within %d ms%s"
                .formatted(command.get(0), patience.toMillis(), text(said)));
      }
      if (process.exitValue() != 0) {
        throw new IOException(command.get(0) + " made no key" + text(said));
      }
    } finally {
      Files.deleteIfExists(said);
    }
  }

  static void takeFlags(Map<String, String> environment) {
    environment.keySet().removeAll(FLAGS);
  }

  /** It has not outlived this in any case. */
  private static boolean hasEnded(Process process, Duration patience) throws IOException {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a key is made", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path said) throws IOException {
    try (InputStream in = Files.newInputStream(said)) {
      String text = new String(in.readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "" : ": " + text;
    }
  }
}
