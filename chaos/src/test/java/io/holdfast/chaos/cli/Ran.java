package io.holdfast.chaos.cli;

import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.HoldfastCommand;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A verb that ran in this process.
 *
 * @param status its exit status
 * @param out what it printed
 * @param err what it complained of
 */
record Ran(int status, String out, String err) {

  static Ran verb(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    int status = HoldfastCommand.create(console, Optional.empty()).execute(arguments);
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The last line of what it printed: the summary, with {@code --json}. */
  String lastLine() {
    return out.lines().reduce("", (earlier, line) -> line);
  }
}
