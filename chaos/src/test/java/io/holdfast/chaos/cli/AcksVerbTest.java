package io.holdfast.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.cli.Console;
import io.holdfast.mesh.cli.HoldfastCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code holdfast chaos acks} refuses before it starts anything. */
class AcksVerbTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({
    "--trials=0, allowed is 1 to 1000",
    "--trials=1001, allowed is 1 to 1000",
    "--trials=many, many",
    "--nodes=2, allowed is 3 to 7",
    "--nodes=8, allowed is 3 to 7",
    "--nodes=three, three",
    "--class=everything, 'cut-off, too-few, one-way, slow, late, drift, disk, replies, link'",
    "--seed=x, x",
    "unexpected, unexpected",
  })
  void wrongArgumentsAreNamedWithWhatIsAllowed(String argument, String told) {
    assertThat(run("chaos", "acks", argument)).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(told);
  }

  @Test
  void refusesAFolderThatHoldsSomething(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("something"), "");
    assertThat(run("chaos", "acks", "--keep", dir.toString())).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(dir + " is not empty");
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    return HoldfastCommand.create(console, Optional.empty()).execute(arguments);
  }
}
