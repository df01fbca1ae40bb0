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

/** What {@code holdfast chaos run} refuses before it starts anything. */
class RunVerbTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({
    "--nodes=2, allowed is 3 to 7",
    "--nodes=8, allowed is 3 to 7",
    "--duration=4s, allowed is 5 s to 24 h",
    "--duration=25h, allowed is 5 s to 24 h",
    "--duration=long, is not a duration",
    "--seed=x, x",
    "--faults=fire, 'allowed is any of kill, pause, partition, proxy, clock, disk; or none'",
    "--workload=nothing, 'allowed is register, transfer, counter, set, mixed'",
    "--rate=0, allowed is 1 to 100000",
    "--clients=257, allowed is 1 to 256",
    "--accounts=1, allowed is 2 to 100",
    "--break=everything, reads-without-probe",
    "--endpoints=nowhere, --endpoints",
    "unexpected, unexpected",
  })
  void wrongArgumentsAreNamedWithWhatIsAllowed(String argument, String told) {
    assertThat(run("chaos", "run", argument)).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(told);
  }

  @Test
  void refusesFaultsThatNeedNodesOfItsOwn() {
    String somewhere = "--endpoints=127.0.0.1:1";
    assertThat(run("chaos", "run", somewhere, "--faults=kill")).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("takes partition, clock, disk");
    assertThat(run("chaos", "run", somewhere, "--break=ack-before-disk")).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("leave --endpoints out");
  }

  @Test
  void saysWhichNodeDoesNotAnswer() {
    assertThat(run("chaos", "run", "--endpoints=127.0.0.1:1", "--faults=none")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("127.0.0.1:1 does not answer");
  }

  @Test
  void refusesAFolderThatHoldsSomething(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("something"), "");
    assertThat(run("chaos", "run", "--keep", dir.toString())).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(dir + " is not empty");
  }

  @Test
  void refusesAReportWhereNoneCanBeWrittenBeforeItRuns(@TempDir Path dir) {
    Path page = dir.resolve("missing").resolve("report.html");
    assertThat(run("chaos", "run", "--report", page.toString())).isEqualTo(5);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(dir.resolve("missing").toString());
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
