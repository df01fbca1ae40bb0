package io.holdfast.mesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mesh.client.MeshEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What verbs do about the local node where none is started. */
class LocalVerbTest {

  @TempDir private Path dir = Path.of("");

  private Map<String, String> environment(String... more) {
    return more.length == 0
        ? Map.of("HOLDFAST_DATA", dir.resolve("local").toString())
        : Map.of("HOLDFAST_DATA", dir.resolve("local").toString(), more[0], more[1]);
  }

  private static CommandRun run(Map<String, String> environment, String... arguments) {
    return CommandRun.with(environment, "", Optional.empty(), arguments);
  }

  /** A verb that works where no mesh is configured. */
  @Command(name = "works-at-once")
  private static final class AtOnce implements Verb {
    private final Console console;
    @Mixin private MeshOptions mesh = new MeshOptions();

    AtOnce(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      try (var client = mesh.connectOrStart(console)) {
        console.out().println("asks " + client.settings().endpoints());
      }
      return Exit.DONE.status();
    }
  }

  private static CommandRun atOnce(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false);
    CommandLine line =
        HoldfastCommand.create(console, Optional.empty()).addSubcommand(new AtOnce(console));
    line.registerConverter(Duration.class, new DurationText());
    line.registerConverter(MeshEndpoint.class, MeshOptions::endpoint);
    String[] all = new String[arguments.length + 1];
    all[0] = "works-at-once";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    int exit = line.execute(all);
    return new CommandRun(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void statusAndStopFindNoNodeAndMakeNoFolder() {
    CommandRun status = run(environment(), "local", "status", "--json");
    assertThat(status.exit()).isZero();
    assertThat(status.json().path("state").asText()).isEqualTo("none");
    assertThat(status.json().path("folder").asText()).isEqualTo(dir.resolve("local").toString());
    assertThat(run(environment(), "local", "status").out()).contains("none", "node.log");
    CommandRun stop = run(environment(), "local", "stop", "--json");
    assertThat(stop.exit()).isZero();
    assertThat(stop.json().path("stopped").asBoolean(true)).isFalse();
    assertThat(run(environment(), "local", "stop").out()).contains("no local node runs");
    assertThat(dir.resolve("local")).doesNotExist();
  }

  @Test
  void localAloneAsksWhich() {
    CommandRun run = run(environment(), "local");
    assertThat(run.exit()).isEqualTo(4);
    assertThat(run.err()).contains("status or stop?");
  }

  @Test
  void configuredMeshIsUsedAndNoNodeStarted() {
    CommandRun named = atOnce(environment(), "--endpoints", "127.0.0.1:7");
    assertThat(named.out()).contains("127.0.0.1:7");
    CommandRun variable = atOnce(environment("HOLDFAST_ENDPOINTS", "127.0.0.1:8"));
    assertThat(variable.out()).contains("127.0.0.1:8");
    assertThat(dir.resolve("local")).doesNotExist();
  }

  @Test
  void turnedOffItIsTheSameAsNoMeshAndSaysWhatToSet() {
    CommandRun run = atOnce(environment("HOLDFAST_LOCAL", "off"), "--json");
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err()).contains("HOLDFAST_LOCAL=off", "--endpoints", "HOLDFAST_ENDPOINTS");
    assertThat(run.json().path("status").asInt()).isEqualTo(3);
    assertThat(dir.resolve("local")).doesNotExist();
  }

  @Test
  void wrongVariablesAreWrongArguments() {
    for (String[] wrong :
        new String[][] {
          {"HOLDFAST_LOCAL", "of"},
          {"HOLDFAST_LOCAL_IDLE", "long"},
          {"HOLDFAST_LOCAL_IDLE", "0s"}
        }) {
      CommandRun run = atOnce(environment(wrong));
      assertThat(run.exit()).as("%s=%s", wrong[0], wrong[1]).isEqualTo(4);
      assertThat(run.err()).contains(wrong[0]).hasLineCount(1);
    }
  }

  @Test
  void folderThatCannotBeUsedIsToldInOneLine() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    Map<String, String> environment = Map.of("HOLDFAST_DATA", file.toString());
    CommandRun run = atOnce(environment);
    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.err()).startsWith("holdfast: ").contains(file.toString()).hasLineCount(1);
  }

  @Test
  void verbsThatDoNotAskForItStartNone() {
    CommandRun run = run(environment(), "get", "a", "--timeout", "200ms");
    // Somebody may have a mesh of their own at the default address.
    assertThat(run.exit()).as(run.err()).isIn(0, 1, 2, 3);
    assertThat(dir.resolve("local")).doesNotExist();
  }
}
