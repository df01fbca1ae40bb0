package io.holdfast.mesh.live;

import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.HoldfastCommand;
import io.holdfast.mesh.cli.MeshNodeRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A verb that was run.
 *
 * @param exit its exit status
 * @param text all that it printed
 */
record VerbRun(int exit, String text) {

  /** In this process. */
  static VerbRun of(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Console console = new Console(InputStream.nullInputStream(), out, out, Map.of(), false);
    int exit =
        HoldfastCommand.create(console, Optional.of(new MeshNodeRunner())).execute(arguments);
    return new VerbRun(exit, printed.toString(StandardCharsets.UTF_8));
  }

  /** In a process of its own, which is to be killed. */
  static Process process(Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.holdfast.mesh.cli.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
